// SPDX-License-Identifier: GPL-2.0
/* An entry in the wait queue of those who wait for a thaw. */

#include <linux/container_of.h>
#include <linux/wait.h>

#include "super.h"
#include "watch.h"

static int freezefd_watch_wake(struct wait_queue_entry *wait, unsigned int mode,
			       int sync, void *key)
{
	struct freezefd_watch *watch =
		container_of(wait, struct freezefd_watch, wait);

	watch->woken(watch);
	/* It takes no exclusive wake-up from anybody. */
	return 0;
}

/**
 * freezefd_watch_start - look at a superblock from now on
 * @watch: the watch
 * @sb: an active superblock, which stays so until the stop
 * @woken: called at each thaw, whosever it is
 */
void freezefd_watch_start(struct freezefd_watch *watch, struct super_block *sb,
			  void (*woken)(struct freezefd_watch *watch))
{
	watch->woken = woken;
	watch->queue = compat_thaw_wait(sb);
	init_waitqueue_func_entry(&watch->wait, freezefd_watch_wake);
	if (watch->queue)
		add_wait_queue(watch->queue, &watch->wait);
}

/**
 * freezefd_watch_stop - undo freezefd_watch_start()
 * @watch: the watch; when this returns, it is not called any more
 */
void freezefd_watch_stop(struct freezefd_watch *watch)
{
	if (watch->queue)
		remove_wait_queue(watch->queue, &watch->wait);
}
