// SPDX-License-Identifier: GPL-2.0
/*
 * What a set is to do, done: whatever changes a set, a program, a filesystem or
 * the timer, ends in freezefd_drive().
 */

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>

#include <gatehouse/freezefd.h>

#include "drive.h"
#include "event.h"
#include "handle.h"
#include "hold.h"
#include "super.h"
#include "tally.h"
#include "timeouts.h"

/**
 * freezefd_drive_until - set the handle's deadline
 * @handle: the handle
 * @ms: from now on
 */
void freezefd_drive_until(struct freezefd_handle *handle, u32 ms)
{
	lockdep_assert_held(&freezefd_lock);
	handle->deadline = ktime_add_ms(ktime_get(), ms);
	hrtimer_start(&handle->timer, handle->deadline, HRTIMER_MODE_ABS_SOFT);
}

static void freezefd_drive_post_lost(struct freezefd_handle *handle)
{
	u32 i;

	for (i = 0; i < handle->nr; i++) {
		const struct freezefd_hold *hold = &handle->targets[i].hold;

		if (handle->set.members[i].state != FREEZEFD_LEFT_OUT)
			freezefd_event_post(FREEZEFD_EVENT_LOST,
					    hold->fs->sb->s_dev,
					    handle->cookie, handle->set.lost);
	}
}

/* Does what follows from a change of the set's state. */
static void freezefd_drive_update(struct freezefd_handle *handle)
{
	const struct freezefd_set *set = &handle->set;

	if (set->state == handle->told_state && set->lost == handle->told_lost &&
	    set->hurry == handle->told_hurry)
		return;
	if (set->lost && set->lost != handle->told_lost)
		freezefd_drive_post_lost(handle);
	if (set->state != handle->told_state) {
		freezefd_tally_moved(handle->told_state, set->state);
		if (set->state == FS_FREEZE_FROZEN)
			handle->frozen_since = ktime_get_boottime();
		if (set->state == FS_FREEZE_THAWING)
			freezefd_drive_until(handle, FREEZEFD_THAW_STEP_MS);
	}
	handle->told_state = set->state;
	handle->told_lost = set->lost;
	handle->told_hurry = set->hurry;
	handle->changed = true;
	wake_up_all(&handle->wait);
	if (set->state != FS_FREEZE_THAWED)
		return;
	hrtimer_try_to_cancel(&handle->timer);
	if (handle->closed)
		queue_work(freezefd_handle_wq, &handle->free_work);
}

/**
 * freezefd_drive - ask the filesystems for all that is to be done now
 * @handle: a handle whose set has changed, or may have
 */
void freezefd_drive(struct freezefd_handle *handle)
{
	struct freezefd_set *set = &handle->set;
	u32 i;

	lockdep_assert_held(&freezefd_lock);
	do {
		for (i = 0; i < handle->nr; i++) {
			struct freezefd_hold *hold = &handle->targets[i].hold;

			switch (freezefd_set_ask(set, i)) {
			case FREEZEFD_ASK_NOTHING:
				break;
			case FREEZEFD_ASK_FREEZE:
				if (freezefd_hold_freeze(hold))
					freezefd_set_frozen(set, i);
				break;
			case FREEZEFD_ASK_THAW:
				if (freezefd_hold_thaw(hold))
					freezefd_set_thawed(set, i);
				break;
			}
		}
	} while (freezefd_set_step(set));
	freezefd_drive_update(handle);
}

static void freezefd_drive_notify(struct freezefd_hold *hold,
				  enum freezefd_news news, int error)
{
	struct freezefd_target *target =
		container_of(hold, struct freezefd_target, hold);
	struct freezefd_handle *handle = target->handle;
	u32 i = target - handle->targets;

	lockdep_assert_held(&freezefd_lock);
	switch (news) {
	case FREEZEFD_NEWS_FROZEN:
		freezefd_set_frozen(&handle->set, i);
		break;
	case FREEZEFD_NEWS_FAILED:
		freezefd_set_failed(&handle->set, i, error);
		break;
	case FREEZEFD_NEWS_THAWED:
		freezefd_set_thawed(&handle->set, i);
		break;
	case FREEZEFD_NEWS_ROBBED:
		freezefd_set_robbed(&handle->set, i);
		break;
	}
	freezefd_drive(handle);
}

static enum hrtimer_restart freezefd_drive_timer(struct hrtimer *timer)
{
	struct freezefd_handle *handle =
		container_of(timer, struct freezefd_handle, timer);
	unsigned long flags;

	spin_lock_irqsave(&freezefd_lock, flags);
	/* It may have been put off since it fired. */
	if (!ktime_before(ktime_get(), handle->deadline)) {
		freezefd_set_expire(&handle->set);
		freezefd_drive(handle);
	}
	spin_unlock_irqrestore(&freezefd_lock, flags);
	return HRTIMER_NORESTART;
}

/**
 * freezefd_drive_setup - let a handle hear of its filesystems and its timer
 * @handle: a new handle
 */
void freezefd_drive_setup(struct freezefd_handle *handle)
{
	u32 i;

	compat_hrtimer_setup(&handle->timer, freezefd_drive_timer,
			     CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	for (i = 0; i < handle->nr; i++)
		handle->targets[i].hold.notify = freezefd_drive_notify;
}
