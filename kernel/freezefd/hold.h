/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A filesystem, and how often it is held. However many sets hold it, the kernel
 * is asked to freeze it once: the first hold freezes, the last one thaws.
 *
 * Freezes and thaws wait without an end in sight, and the thaw of some
 * filesystems fails in a task that is being killed. So both are done in workers,
 * of their own for each filesystem, and nobody holds a lock meanwhile. Who has
 * asked may change his mind: when a freeze returns that nobody wants any more,
 * the thaw follows at once.
 *
 * At any time one of these is true of a filesystem: nobody wants it and we have
 * not frozen it; somebody does and we have; or a worker is on its way.
 */
#ifndef FREEZEFD_HOLD_H
#define FREEZEFD_HOLD_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "watch.h"

struct freezefd_fs;
struct super_block;

/*
 * Covers every freezefd_fs, hold and handle's set. Held for short: nothing
 * sleeps or calls a filesystem under it, so timers and wake-ups can thaw. Taken
 * with interrupts off, inside the lock of a superblock's wait queue, around
 * freezefd_event_lock and the locks of our own wait queues.
 */
extern spinlock_t freezefd_lock;

/**
 * enum freezefd_news - what becomes of a hold
 * @FREEZEFD_NEWS_FROZEN: it is there
 * @FREEZEFD_NEWS_FAILED: it is not, the filesystem does not freeze
 * @FREEZEFD_NEWS_THAWED: it is gone, as was asked
 * @FREEZEFD_NEWS_ROBBED: it is gone, as somebody else has thawed
 */
enum freezefd_news {
	FREEZEFD_NEWS_FROZEN,
	FREEZEFD_NEWS_FAILED,
	FREEZEFD_NEWS_THAWED,
	FREEZEFD_NEWS_ROBBED,
};

/**
 * struct freezefd_hold - the interest of a set in a filesystem
 * @fs: the filesystem; from attach to detach
 * @node: in its holds, under freezefd_lock
 * @cookie: of the set; never changes
 * @guard: others shall not thaw it, where they can; never changes
 * @wants: it shall be frozen; under freezefd_lock
 * @waiting: @notify has still to be called for what was asked last; the same
 * @notify: called under freezefd_lock, and may ask other filesystems then
 */
struct freezefd_hold {
	struct freezefd_fs *fs;
	struct list_head node;
	u64 cookie;
	bool guard;
	bool wants;
	bool waiting;
	void (*notify)(struct freezefd_hold *hold, enum freezefd_news news,
		       int error);
};

/**
 * enum freezefd_fs_busy - what the worker of a filesystem is up to
 * @FREEZEFD_FS_STILL: nothing
 * @FREEZEFD_FS_FREEZES: to freeze it, or to guard it
 * @FREEZEFD_FS_THAWS: to thaw it, or to guard it no more
 */
enum freezefd_fs_busy {
	FREEZEFD_FS_STILL,
	FREEZEFD_FS_FREEZES,
	FREEZEFD_FS_THAWS,
};

/**
 * struct freezefd_fs - a filesystem that somebody holds, or may want to
 * @node: in freezefd_fs_table, under freezefd_fs_mutex
 * @sb: its superblock; never changes
 * @holds: all holds that are attached; under freezefd_lock, as are:
 * @nr_wants: those of them that want it frozen
 * @nr_guards: those of these that want it guarded
 * @frozen: our freeze is on it
 * @guarded: others can't thaw it
 * @busy: which work is queued or running
 * @robbed: it was thawed by somebody, or not frozen, while a worker was on its way
 * @cookie: of the hold that wanted it first, or left it last
 * @watch: sees thaws by others; started by the first attach, stopped by the last
 *         detach
 * @freeze_work: freezes
 * @thaw_work: thaws; a work of its own, so that it has a rescuer whose thread no
 *             freeze can occupy
 */
struct freezefd_fs {
	struct hlist_node node;
	struct super_block *sb;
	struct list_head holds;
	u32 nr_wants;
	u32 nr_guards;
	bool frozen;
	bool guarded;
	enum freezefd_fs_busy busy;
	bool robbed;
	u64 cookie;
	struct freezefd_watch watch;
	struct work_struct freeze_work;
	struct work_struct thaw_work;
};

int freezefd_hold_init(void);
void freezefd_hold_exit(void);

void freezefd_hold_setup(struct freezefd_fs *fs);
bool freezefd_hold_freeze(struct freezefd_hold *hold);
bool freezefd_hold_thaw(struct freezefd_hold *hold);
bool freezefd_can_freeze(const struct super_block *sb);

#endif /* FREEZEFD_HOLD_H */
