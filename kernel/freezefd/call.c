// SPDX-License-Identifier: GPL-2.0
/*
 * What a program asks of a handle. Calls change the set, let it be driven, and
 * wait, if at all, so that the task can be killed.
 */

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>

#include <gatehouse/freezefd.h>

#include "call.h"
#include "drive.h"
#include "fs.h"
#include "handle.h"
#include "tally.h"

/* A close waits for the thaw, so that an unmount may follow; no longer than so. */
#define FREEZEFD_CLOSE_WAIT	(2 * HZ)

/**
 * freezefd_call_stop - begin to thaw; waits for nothing
 * @handle: the handle
 * @cause: FS_FREEZE_LOST_*, or 0: its program wants it so
 */
void freezefd_call_stop(struct freezefd_handle *handle, u32 cause)
{
	spin_lock_irq(&freezefd_lock);
	freezefd_set_stop(&handle->set, cause);
	freezefd_drive(handle);
	spin_unlock_irq(&freezefd_lock);
}

/**
 * freezefd_call_flush - a process has closed a descriptor of it
 * @handle: the handle
 * @id: the process' files
 * @last: nobody else has one
 *
 * In a process that ends, this comes before the last close of any file: some of
 * these may sleep until the filesystem is thawed.
 */
void freezefd_call_flush(struct freezefd_handle *handle, fl_owner_t id,
			 bool last)
{
	bool owner;

	spin_lock_irq(&freezefd_lock);
	owner = handle->owner && handle->owner == id;
	if (owner)
		handle->owner = NULL;
	spin_unlock_irq(&freezefd_lock);
	if (last)
		freezefd_call_stop(handle, 0);
	else if (owner)
		freezefd_call_stop(handle, FS_FREEZE_LOST_OWNER);
}

static bool freezefd_call_is_settled(struct freezefd_handle *handle)
{
	bool settled;

	spin_lock_irq(&freezefd_lock);
	settled = freezefd_set_is_settled(&handle->set);
	spin_unlock_irq(&freezefd_lock);
	return settled;
}

static bool freezefd_call_is_thawed(struct freezefd_handle *handle)
{
	bool thawed;

	spin_lock_irq(&freezefd_lock);
	thawed = handle->set.state == FS_FREEZE_THAWED;
	spin_unlock_irq(&freezefd_lock);
	return thawed;
}

static int freezefd_call_start(struct freezefd_handle *handle, u32 timeout_ms)
{
	int err;

	spin_lock_irq(&freezefd_lock);
	err = freezefd_tally_may_start() ? freezefd_set_start(&handle->set) : -EBUSY;
	if (!err) {
		/* Before the first freeze. */
		freezefd_drive_until(handle, timeout_ms);
		freezefd_drive(handle);
	}
	spin_unlock_irq(&freezefd_lock);
	return err;
}

/* What has become of a freeze that has been waited for. */
static int freezefd_call_result(struct freezefd_handle *handle)
{
	const struct freezefd_set *set = &handle->set;
	int err;

	spin_lock_irq(&freezefd_lock);
	err = freezefd_set_lost_error(set) ?: set->error;
	if (!err && set->state != FS_FREEZE_FROZEN)
		err = -ECANCELED;
	spin_unlock_irq(&freezefd_lock);
	return err;
}

/**
 * freezefd_call_freeze - freeze all filesystems of the set
 * @handle: the handle
 * @timeout_ms: the deadline
 *
 * Return: 0; -EBUSY when it is not thawed, or the machine is about to sleep;
 * -EINTR in a task that is to die; -ETIMEDOUT, -ESTALE when it was lost;
 * -ECANCELED when it was thawed by another thread; what a filesystem's freeze
 * has returned. With FS_FREEZE_FD_NONBLOCK 0 means that it has begun.
 */
int freezefd_call_freeze(struct freezefd_handle *handle, u32 timeout_ms)
{
	int err = freezefd_call_start(handle, timeout_ms);

	if (err || handle->flags & FS_FREEZE_FD_NONBLOCK)
		return err;
	if (wait_event_killable(handle->wait, freezefd_call_is_settled(handle))) {
		freezefd_call_stop(handle, 0);
		return -EINTR;
	}
	return freezefd_call_result(handle);
}

/* Waits until it is thawed. Return: 0, -EINPROGRESS after @wait_ms, -EINTR. */
static int freezefd_call_wait_thawed(struct freezefd_handle *handle,
				     u32 wait_ms)
{
	long left;

	left = wait_event_killable_timeout(handle->wait,
					   freezefd_call_is_thawed(handle),
					   wait_ms ? msecs_to_jiffies(wait_ms) :
						     MAX_SCHEDULE_TIMEOUT);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -EINPROGRESS;
}

/**
 * freezefd_call_thaw - thaw all filesystems of the set
 * @handle: the handle
 * @wait_ms: how long to wait for it; 0: till it is done
 *
 * Return: 0; -ETIMEDOUT, -ESTALE when the freeze had been lost; -EINVAL when
 * there is none; -EINPROGRESS, -EINTR when it is not all thawed yet.
 */
int freezefd_call_thaw(struct freezefd_handle *handle, u32 wait_ms)
{
	bool thawed;
	int err, lost;

	spin_lock_irq(&freezefd_lock);
	thawed = handle->set.state == FS_FREEZE_THAWED;
	freezefd_set_stop(&handle->set, 0);
	freezefd_drive(handle);
	lost = freezefd_set_lost_error(&handle->set);
	spin_unlock_irq(&freezefd_lock);
	if (thawed)
		return lost ?: -EINVAL;
	if (handle->flags & FS_FREEZE_FD_NONBLOCK)
		return lost;
	err = freezefd_call_wait_thawed(handle, wait_ms);
	return lost ?: err;
}

/**
 * freezefd_call_extend - put off the deadline
 * @handle: the handle
 * @timeout_ms: from now on
 *
 * Return: 0; -ETIMEDOUT, -ESTALE when the freeze had been lost; -EINVAL when
 * there is none.
 */
int freezefd_call_extend(struct freezefd_handle *handle, u32 timeout_ms)
{
	const struct freezefd_set *set = &handle->set;
	int err = 0;

	spin_lock_irq(&freezefd_lock);
	if (set->state == FS_FREEZE_FREEZING || set->state == FS_FREEZE_FROZEN)
		freezefd_drive_until(handle, timeout_ms);
	else
		err = freezefd_set_lost_error(set) ?: -EINVAL;
	spin_unlock_irq(&freezefd_lock);
	return err;
}

/**
 * freezefd_call_get_status - FS_ISFROZEN_FD
 * @handle: the handle
 * @status: filled, but for its head
 */
void freezefd_call_get_status(struct freezefd_handle *handle,
			      struct fs_freeze_status *status)
{
	const struct freezefd_set *set = &handle->set;
	s64 left;
	u32 i;

	spin_lock_irq(&freezefd_lock);
	status->state = set->state;
	status->lost = set->lost;
	status->generation = set->generation;
	status->frozen_since_ns = 0;
	status->remaining_ms = 0;
	status->nr_targets = handle->nr;
	status->nr_frozen = freezefd_set_count(set, FREEZEFD_FROZEN);
	status->nr_foreign = 0;
	status->error = set->error;
	status->reserved = 0;
	for (i = 0; i < handle->nr; i++)
		status->nr_foreign += freezefd_fs_is_foreign(&handle->targets[i].hold);
	if (set->state == FS_FREEZE_FROZEN)
		status->frozen_since_ns = ktime_to_ns(handle->frozen_since);
	if (set->state == FS_FREEZE_FROZEN || set->state == FS_FREEZE_FREEZING) {
		left = ktime_ms_delta(handle->deadline, ktime_get());
		status->remaining_ms = left > 0 ? left : 0;
	}
	spin_unlock_irq(&freezefd_lock);
}

/**
 * freezefd_call_told - the program has been told the state
 * @handle: the handle
 */
void freezefd_call_told(struct freezefd_handle *handle)
{
	spin_lock_irq(&freezefd_lock);
	handle->changed = false;
	spin_unlock_irq(&freezefd_lock);
}

/**
 * freezefd_call_poll - what poll() says
 * @handle: the handle
 *
 * Return: EPOLLIN when the state has changed, EPOLLPRI and EPOLLERR while a
 * freeze is lost.
 */
__poll_t freezefd_call_poll(struct freezefd_handle *handle)
{
	__poll_t events = 0;

	spin_lock_irq(&freezefd_lock);
	if (handle->changed)
		events |= EPOLLIN | EPOLLRDNORM;
	if (handle->set.lost)
		events |= EPOLLPRI | EPOLLERR;
	spin_unlock_irq(&freezefd_lock);
	return events;
}

/* Nobody may wait in a task that dies, nor in one that closes for others. */
static bool freezefd_call_may_wait(void)
{
	return !(current->flags & (PF_EXITING | PF_KTHREAD)) &&
	       !fatal_signal_pending(current);
}

/**
 * freezefd_call_close - thaw, and free the handle when that is done
 * @handle: a handle that nobody has open any more
 */
void freezefd_call_close(struct freezefd_handle *handle)
{
	bool thawed;

	freezefd_call_stop(handle, 0);
	if (freezefd_call_may_wait())
		wait_event_killable_timeout(handle->wait,
					    freezefd_call_is_thawed(handle),
					    FREEZEFD_CLOSE_WAIT);
	spin_lock_irq(&freezefd_lock);
	handle->closed = true;
	thawed = handle->set.state == FS_FREEZE_THAWED;
	spin_unlock_irq(&freezefd_lock);
	if (thawed)
		freezefd_handle_free(handle);
}

static void freezefd_call_stop_one(struct freezefd_handle *handle, void *cause)
{
	freezefd_call_stop(handle, *(u32 *)cause);
}

/**
 * freezefd_call_stop_all - thaw everything that we have frozen
 * @cause: FS_FREEZE_LOST_*
 * @wait_ms: how long to wait for it; 0: till it is done
 *
 * Return: 0, -EINPROGRESS, -EINTR.
 */
int freezefd_call_stop_all(u32 cause, u32 wait_ms)
{
	freezefd_handle_for_each(freezefd_call_stop_one, &cause);
	return freezefd_tally_wait_thawed(wait_ms);
}
