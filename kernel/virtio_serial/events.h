/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has happened to a port, for a program that asks by ioctl and poll().
 * Nothing here knows a port, so the same code runs under CMocka and KUnit.
 */
#ifndef VSER_EVENTS_H
#define VSER_EVENTS_H

#include <linux/types.h>

/**
 * struct vser_events - events of a port
 * @asked: the program that has it open wants POLLPRI and POLLRDHUP
 * @causes: VSER_EVENT_*: those that it has not fetched
 * @last: the newest event, or 0
 * @generation: connects of the host
 */
struct vser_events {
	bool asked;
	u32 causes;
	u32 last;
	u64 generation;
};

void vser_events_reset(struct vser_events *e);
void vser_events_note(struct vser_events *e, u32 event);
void vser_events_fetched(struct vser_events *e, u32 flags, u32 causes);
__poll_t vser_events_poll(const struct vser_events *e);

#endif /* VSER_EVENTS_H */
