// SPDX-License-Identifier: GPL-2.0
/* From what the holds of a filesystem want to what a worker does. */

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

#include <gatehouse/freezefd.h>

#include "event.h"
#include "guard.h"
#include "hold.h"
#include "super.h"
#include "watch.h"

DEFINE_SPINLOCK(freezefd_lock);

/*
 * So many may be stuck at a time before others have to wait. A freeze that
 * begins later is none the worse; each thaw has to run, so its queue can do
 * without memory.
 */
static struct workqueue_struct *freezefd_freeze_wq;
static struct workqueue_struct *freezefd_thaw_wq;

static bool freezefd_hold_lacks_guard(const struct freezefd_fs *fs)
{
	return fs->nr_guards && !fs->guarded;
}

/* Is it as this hold wants it? */
static bool freezefd_hold_is_had(const struct freezefd_fs *fs,
				 const struct freezefd_hold *hold)
{
	return fs->frozen && (fs->guarded || !hold->guard);
}

/* Sends a worker for what is wanted and not so. */
static void freezefd_hold_kick(struct freezefd_fs *fs)
{
	lockdep_assert_held(&freezefd_lock);
	if (fs->busy != FREEZEFD_FS_STILL)
		return;
	fs->robbed = false;
	if (fs->nr_wants && (!fs->frozen || freezefd_hold_lacks_guard(fs))) {
		fs->busy = FREEZEFD_FS_FREEZES;
		queue_work(freezefd_freeze_wq, &fs->freeze_work);
	} else if (!fs->nr_wants && (fs->frozen || fs->guarded)) {
		fs->busy = FREEZEFD_FS_THAWS;
		queue_work(freezefd_thaw_wq, &fs->thaw_work);
	}
}

static void freezefd_hold_unwant(struct freezefd_fs *fs,
				 struct freezefd_hold *hold)
{
	hold->wants = false;
	fs->nr_wants--;
	fs->nr_guards -= hold->guard;
	fs->cookie = hold->cookie;
}

/* Tells the holds what a worker has done; @error: of a freeze. */
static void freezefd_hold_settle(struct freezefd_fs *fs, int error)
{
	struct freezefd_hold *hold;

	list_for_each_entry(hold, &fs->holds, node) {
		if (!hold->waiting)
			continue;
		if (hold->wants && freezefd_hold_is_had(fs, hold)) {
			hold->waiting = false;
			hold->notify(hold, FREEZEFD_NEWS_FROZEN, 0);
		} else if (hold->wants && error) {
			hold->waiting = false;
			freezefd_hold_unwant(fs, hold);
			hold->notify(hold, FREEZEFD_NEWS_FAILED, error);
		}
	}
	list_for_each_entry(hold, &fs->holds, node) {
		if (hold->waiting && !hold->wants &&
		    (!fs->frozen || fs->nr_wants)) {
			hold->waiting = false;
			hold->notify(hold, FREEZEFD_NEWS_THAWED, 0);
		}
	}
}

static void freezefd_hold_rob(struct freezefd_fs *fs)
{
	struct freezefd_hold *hold;

	fs->frozen = false;
	list_for_each_entry(hold, &fs->holds, node) {
		if (!hold->wants)
			continue;
		hold->waiting = false;
		freezefd_hold_unwant(fs, hold);
		hold->notify(hold, FREEZEFD_NEWS_ROBBED, 0);
	}
	freezefd_event_post(FREEZEFD_EVENT_THAW, fs->sb->s_dev, fs->cookie, 0);
}

/* Somebody has thawed it, or failed to freeze it; perhaps that was us. */
static void freezefd_hold_woken(struct freezefd_watch *watch)
{
	struct freezefd_fs *fs = container_of(watch, struct freezefd_fs, watch);
	unsigned long flags;

	spin_lock_irqsave(&freezefd_lock, flags);
	if (fs->busy != FREEZEFD_FS_STILL) {
		fs->robbed = true;
	} else if (fs->frozen) {
		freezefd_hold_rob(fs);
		freezefd_hold_kick(fs);
	}
	spin_unlock_irqrestore(&freezefd_lock, flags);
}

/*
 * A worker is back: tells the holds, and sends another for what is still not as
 * it is wanted. When that was the last hold, the filesystem may be gone as soon
 * as the lock is left.
 */
static void freezefd_hold_finish(struct freezefd_fs *fs, int error)
{
	fs->busy = FREEZEFD_FS_STILL;
	freezefd_hold_settle(fs, error);
	/* Woken by a thaw that came before our freeze, it is still frozen. */
	if (fs->frozen && fs->robbed &&
	    READ_ONCE(fs->sb->s_writers.frozen) != SB_FREEZE_COMPLETE)
		freezefd_hold_rob(fs);
	freezefd_hold_kick(fs);
}

/**
 * freezefd_can_freeze - is it a filesystem that knows how to freeze?
 * @sb: a superblock
 *
 * Return: whether it is.
 */
bool freezefd_can_freeze(const struct super_block *sb)
{
	return sb->s_op->freeze_fs || sb->s_op->freeze_super;
}

/* Guards it if that is wanted, and freezes it. */
static int freezefd_hold_do_freeze(struct freezefd_fs *fs, bool guard,
				   bool freeze)
{
	int err;

	if (guard) {
		err = freezefd_guard_start(fs->sb);
		if (err)
			return err;
	}
	if (!freeze)
		return 0;
	if (!freezefd_can_freeze(fs->sb))
		return -EOPNOTSUPP;
	return compat_freeze_super(fs->sb);
}

static void freezefd_hold_freeze_work(struct work_struct *work)
{
	struct freezefd_fs *fs = container_of(work, struct freezefd_fs, freeze_work);
	bool guard, freeze;
	int error;

	spin_lock_irq(&freezefd_lock);
	guard = freezefd_hold_lacks_guard(fs);
	freeze = fs->nr_wants && !fs->frozen;
	/* Also if it comes to nothing: the thaw undoes it. */
	fs->guarded |= guard;
	spin_unlock_irq(&freezefd_lock);

	error = freezefd_hold_do_freeze(fs, guard, freeze);

	spin_lock_irq(&freezefd_lock);
	if (freeze && !error) {
		fs->frozen = true;
		freezefd_event_post(FREEZEFD_EVENT_FREEZE, fs->sb->s_dev,
				    fs->cookie, 0);
	}
	freezefd_hold_finish(fs, error);
	spin_unlock_irq(&freezefd_lock);
}

static void freezefd_hold_thaw_work(struct work_struct *work)
{
	struct freezefd_fs *fs = container_of(work, struct freezefd_fs, thaw_work);
	bool guarded, thaw;
	int err = 0;

	spin_lock_irq(&freezefd_lock);
	thaw = !fs->nr_wants && fs->frozen;
	guarded = !fs->nr_wants && fs->guarded;
	spin_unlock_irq(&freezefd_lock);

	if (guarded)
		freezefd_guard_stop(fs->sb);
	if (thaw)
		err = compat_thaw_super(fs->sb);
	/* EINVAL: it was not frozen any more; or, with older 6.12 kernels, others
	 * keep it so.
	 */
	if (err && err != -EINVAL)
		pr_err("freezefd: %s does not thaw: %d\n", fs->sb->s_id, err);

	spin_lock_irq(&freezefd_lock);
	if (guarded)
		fs->guarded = false;
	if (thaw) {
		fs->frozen = false;
		freezefd_event_post(FREEZEFD_EVENT_THAW, fs->sb->s_dev,
				    fs->cookie, 0);
	}
	freezefd_hold_finish(fs, 0);
	spin_unlock_irq(&freezefd_lock);
}

/**
 * freezefd_hold_setup - give a filesystem its workers
 * @fs: a new one
 */
void freezefd_hold_setup(struct freezefd_fs *fs)
{
	INIT_LIST_HEAD(&fs->holds);
	INIT_WORK(&fs->freeze_work, freezefd_hold_freeze_work);
	INIT_WORK(&fs->thaw_work, freezefd_hold_thaw_work);
	freezefd_watch_start(&fs->watch, fs->sb, freezefd_hold_woken);
}

/**
 * freezefd_hold_freeze - a hold wants the filesystem frozen
 * @hold: a hold that does not yet
 *
 * Return: whether it is so already; if not, @notify will tell.
 */
bool freezefd_hold_freeze(struct freezefd_hold *hold)
{
	struct freezefd_fs *fs = hold->fs;

	lockdep_assert_held(&freezefd_lock);
	hold->wants = true;
	if (!fs->nr_wants++)
		fs->cookie = hold->cookie;
	fs->nr_guards += hold->guard;
	hold->waiting = fs->busy != FREEZEFD_FS_STILL ||
			!freezefd_hold_is_had(fs, hold);
	freezefd_hold_kick(fs);
	return !hold->waiting;
}

/**
 * freezefd_hold_thaw - a hold does not want the filesystem frozen any more
 * @hold: a hold that did
 *
 * Return: whether that is done, as far as the hold is concerned: others may keep
 * the filesystem frozen. If not, @notify will tell.
 */
bool freezefd_hold_thaw(struct freezefd_hold *hold)
{
	struct freezefd_fs *fs = hold->fs;

	lockdep_assert_held(&freezefd_lock);
	freezefd_hold_unwant(fs, hold);
	hold->waiting = !fs->nr_wants &&
			(fs->busy != FREEZEFD_FS_STILL || fs->frozen);
	freezefd_hold_kick(fs);
	return !hold->waiting;
}

/**
 * freezefd_hold_init - once a module
 *
 * Return: 0 or -ENOMEM.
 */
int freezefd_hold_init(void)
{
	freezefd_freeze_wq = alloc_workqueue("freezefd_freeze", WQ_UNBOUND,
					     WQ_MAX_ACTIVE);
	if (!freezefd_freeze_wq)
		return -ENOMEM;
	freezefd_thaw_wq = alloc_workqueue("freezefd_thaw",
					   WQ_UNBOUND | WQ_MEM_RECLAIM,
					   WQ_MAX_ACTIVE);
	if (!freezefd_thaw_wq) {
		destroy_workqueue(freezefd_freeze_wq);
		return -ENOMEM;
	}
	return 0;
}

/** freezefd_hold_exit - undo freezefd_hold_init(); waits for works that return */
void freezefd_hold_exit(void)
{
	destroy_workqueue(freezefd_thaw_wq);
	destroy_workqueue(freezefd_freeze_wq);
}
