// SPDX-License-Identifier: GPL-2.0
/*
 * Filesystems by superblock, from their first hold to their last. A hold's set
 * has a path of the filesystem open, so its superblock stays active.
 */

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "fs.h"
#include "hold.h"
#include "super.h"
#include "watch.h"

/* Covers the table. Around freezefd_lock. */
static DEFINE_MUTEX(freezefd_fs_mutex);
static DEFINE_HASHTABLE(freezefd_fs_table, 6);

static struct freezefd_fs *freezefd_fs_find(const struct super_block *sb)
{
	struct freezefd_fs *fs;

	lockdep_assert_held(&freezefd_fs_mutex);
	hash_for_each_possible(freezefd_fs_table, fs, node, (unsigned long)sb) {
		if (fs->sb == sb)
			return fs;
	}
	return NULL;
}

static struct freezefd_fs *freezefd_fs_alloc(struct super_block *sb)
{
	struct freezefd_fs *fs = kzalloc(sizeof(*fs), GFP_KERNEL_ACCOUNT);

	if (!fs)
		return NULL;
	fs->sb = sb;
	freezefd_hold_setup(fs);
	hash_add(freezefd_fs_table, &fs->node, (unsigned long)sb);
	return fs;
}

/**
 * freezefd_fs_attach - a set may want this filesystem frozen
 * @hold: the set's hold: @notify and @cookie are set, else it is zero
 * @sb: an active superblock, which stays so until the detach
 *
 * Return: 0 or -ENOMEM.
 */
int freezefd_fs_attach(struct freezefd_hold *hold, struct super_block *sb)
{
	struct freezefd_fs *fs;
	int err = 0;

	mutex_lock(&freezefd_fs_mutex);
	fs = freezefd_fs_find(sb);
	if (!fs)
		fs = freezefd_fs_alloc(sb);
	if (fs) {
		spin_lock_irq(&freezefd_lock);
		hold->fs = fs;
		list_add_tail(&hold->node, &fs->holds);
		spin_unlock_irq(&freezefd_lock);
	} else {
		err = -ENOMEM;
	}
	mutex_unlock(&freezefd_fs_mutex);
	return err;
}

/**
 * freezefd_fs_detach - undo freezefd_fs_attach()
 * @hold: a hold that wants nothing and waits for nothing; may not be attached
 */
void freezefd_fs_detach(struct freezefd_hold *hold)
{
	struct freezefd_fs *fs = hold->fs;
	bool last;

	if (!fs)
		return;
	mutex_lock(&freezefd_fs_mutex);
	spin_lock_irq(&freezefd_lock);
	WARN_ON(hold->wants || hold->waiting);
	list_del(&hold->node);
	last = list_empty(&fs->holds);
	WARN_ON(last && fs->frozen);
	spin_unlock_irq(&freezefd_lock);
	hold->fs = NULL;
	if (last) {
		hash_del(&fs->node);
		/* Its guard may still have to go. */
		flush_work(&fs->thaw_work);
		freezefd_watch_stop(&fs->watch);
		kfree(fs);
	}
	mutex_unlock(&freezefd_fs_mutex);
}

/**
 * freezefd_fs_is_foreign - do others hold the filesystem frozen, too?
 * @hold: an attached hold
 *
 * Return: whether the kernel has counted freezes that are not ours.
 */
bool freezefd_fs_is_foreign(const struct freezefd_hold *hold)
{
	const struct super_block *sb = hold->fs->sb;

	lockdep_assert_held(&freezefd_lock);
	return compat_user_freezes(sb) ||
	       compat_kernel_freezes(sb) > hold->fs->frozen;
}

/**
 * freezefd_fs_count - how many holds want a filesystem frozen
 * @sb: any superblock; it is only compared
 * @frozen: whether one of the kernel's freezes of it is ours
 *
 * Return: how many.
 */
u32 freezefd_fs_count(const struct super_block *sb, bool *frozen)
{
	struct freezefd_fs *fs;
	u32 count = 0;

	*frozen = false;
	mutex_lock(&freezefd_fs_mutex);
	fs = freezefd_fs_find(sb);
	if (fs) {
		spin_lock_irq(&freezefd_lock);
		count = fs->nr_wants;
		*frozen = fs->frozen;
		spin_unlock_irq(&freezefd_lock);
	}
	mutex_unlock(&freezefd_fs_mutex);
	return count;
}
