// SPDX-License-Identifier: GPL-2.0
/* The rules of struct vser_port_events in gatehouse/virtio_serial.h. */

#include <linux/poll.h>
#include <linux/types.h>

#include <gatehouse/virtio_serial.h>

#include "events.h"

#define VSER_EVENTS_LEFT (VSER_EVENT_DISCONNECT | VSER_EVENT_UNPLUG)

/**
 * vser_events_reset - forget what an earlier program has left
 * @e: events of a port that is being opened
 */
void vser_events_reset(struct vser_events *e)
{
	e->asked = false;
	e->causes = 0;
	e->last = 0;
}

/**
 * vser_events_note - something has happened
 * @e: the port's events
 * @event: one of VSER_EVENT_*
 */
void vser_events_note(struct vser_events *e, u32 event)
{
	e->causes |= event;
	e->last = event;
	if (event == VSER_EVENT_CONNECT)
		e->generation++;
}

/**
 * vser_events_fetched - the program has been told
 * @e: the port's events
 * @flags: VSER_EVENTS_* of its call
 * @causes: what it was told; anything newer stays
 */
void vser_events_fetched(struct vser_events *e, u32 flags, u32 causes)
{
	if (flags & VSER_EVENTS_STOP)
		e->asked = false;
	else if (!(flags & VSER_EVENTS_PEEK))
		e->asked = true;
	if (!(flags & VSER_EVENTS_PEEK))
		e->causes &= ~causes;
}

/**
 * vser_events_poll - what poll() adds for a program that has asked
 * @e: the port's events
 *
 * Return: EPOLLPRI while a change of the host's state has not been fetched,
 * EPOLLRDHUP too while that is one for the worse.
 */
__poll_t vser_events_poll(const struct vser_events *e)
{
	__poll_t events = 0;

	if (!e->asked)
		return 0;
	if (e->causes & (VSER_EVENT_CONNECT | VSER_EVENTS_LEFT))
		events |= EPOLLPRI;
	if (e->causes & VSER_EVENTS_LEFT)
		events |= EPOLLRDHUP;
	return events;
}
