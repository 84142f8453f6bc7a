/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has happened, for anyone who wants to know: the last events of all
 * filesystems, in a ring that readers go through at their own pace. A reader is
 * no more than a number, the next event that it wants; one that is too slow
 * misses some, which it sees by fs_freeze_event::seq.
 */
#ifndef FREEZEFD_EVENT_H
#define FREEZEFD_EVENT_H

#include <linux/types.h>
#include <linux/wait.h>

struct fs_freeze_event;

/* Woken by each event, in any context, with locks held. */
extern wait_queue_head_t freezefd_event_wait;

void freezefd_event_post(u32 what, dev_t dev, u64 cookie, u32 lost);
u64 freezefd_event_next(void);
bool freezefd_event_get(u64 *next, struct fs_freeze_event *event);

#endif /* FREEZEFD_EVENT_H */
