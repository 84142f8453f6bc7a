// SPDX-License-Identifier: GPL-2.0
/* The ring of events. Nothing is allocated, so none is lost for want of memory. */

#include <linux/types.h>
#include <linux/kdev_t.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include <gatehouse/freezefd.h>

#include "event.h"

/* More than the largest set posts at once. */
#define FREEZEFD_EVENTS 1024

DECLARE_WAIT_QUEUE_HEAD(freezefd_event_wait);

/*
 * Covers the ring and the number of the next event. Taken inside
 * freezefd_lock, with interrupts off; takes none itself.
 */
static DEFINE_SPINLOCK(freezefd_event_lock);
static struct fs_freeze_event freezefd_events[FREEZEFD_EVENTS];
static u64 freezefd_event_seq = 1;

/**
 * freezefd_event_post - something has happened
 * @what: FREEZEFD_EVENT_*
 * @dev: the filesystem's
 * @cookie: of the set
 * @lost: FS_FREEZE_LOST_*, or 0
 */
void freezefd_event_post(u32 what, dev_t dev, u64 cookie, u32 lost)
{
	struct fs_freeze_event event = {
		.size = sizeof(event),
		.event = what,
		.time_ns = ktime_get_boottime_ns(),
		.cookie = cookie,
		.dev_major = MAJOR(dev),
		.dev_minor = MINOR(dev),
		.lost = lost,
	};
	unsigned long flags;

	spin_lock_irqsave(&freezefd_event_lock, flags);
	event.seq = freezefd_event_seq++;
	freezefd_events[event.seq % FREEZEFD_EVENTS] = event;
	spin_unlock_irqrestore(&freezefd_event_lock, flags);
	wake_up_all(&freezefd_event_wait);
}

/**
 * freezefd_event_next - where a new reader begins
 *
 * Return: the number of the next event that will be posted.
 */
u64 freezefd_event_next(void)
{
	unsigned long flags;
	u64 next;

	spin_lock_irqsave(&freezefd_event_lock, flags);
	next = freezefd_event_seq;
	spin_unlock_irqrestore(&freezefd_event_lock, flags);
	return next;
}

/**
 * freezefd_event_get - the next event of a reader
 * @next: its number; moves on
 * @event: the event; NULL: only look whether there is one
 *
 * Return: whether there is one.
 */
bool freezefd_event_get(u64 *next, struct fs_freeze_event *event)
{
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&freezefd_event_lock, flags);
	if (*next < freezefd_event_seq) {
		found = true;
		if (event) {
			if (freezefd_event_seq - *next > FREEZEFD_EVENTS)
				*next = freezefd_event_seq - FREEZEFD_EVENTS;
			*event = freezefd_events[(*next)++ % FREEZEFD_EVENTS];
		}
	}
	spin_unlock_irqrestore(&freezefd_event_lock, flags);
	return found;
}
