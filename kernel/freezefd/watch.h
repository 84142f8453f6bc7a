/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sees thaws by others, where they undo ours: before 6.6, where any FITHAW or
 * SysRq-j does. Such a thaw wakes all who wait for it; the watch is one of them,
 * so it is called at once, in the task that thaws, with the wait queue's lock
 * held and interrupts off. It is called for our own thaws, too, and for freezes
 * that fail.
 */
#ifndef FREEZEFD_WATCH_H
#define FREEZEFD_WATCH_H

#include <linux/wait.h>

struct super_block;

/**
 * struct freezefd_watch - a look at a superblock
 * @wait: who is called when it is woken
 * @queue: where @wait lies; NULL: nowhere, as no thaw by others can undo ours
 * @woken: what is called
 */
struct freezefd_watch {
	struct wait_queue_entry wait;
	wait_queue_head_t *queue;
	void (*woken)(struct freezefd_watch *watch);
};

void freezefd_watch_start(struct freezefd_watch *watch, struct super_block *sb,
			  void (*woken)(struct freezefd_watch *watch));
void freezefd_watch_stop(struct freezefd_watch *watch);

#endif /* FREEZEFD_WATCH_H */
