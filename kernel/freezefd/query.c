// SPDX-License-Identifier: GPL-2.0
/* FIISFROZEN, BLKISFROZEN: is a filesystem frozen, whoever did it? */

#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/mount.h>

#include <gatehouse/freezefd.h>

#include "fs.h"
#include "query.h"
#include "super.h"

static u32 freezefd_query_state(const struct super_block *sb)
{
	switch (READ_ONCE(sb->s_writers.frozen)) {
	case SB_UNFROZEN:
		return FS_FREEZE_THAWED;
	case SB_FREEZE_COMPLETE:
		return FS_FREEZE_FROZEN;
	default:
		return FS_FREEZE_FREEZING;
	}
}

/* What a look at a superblock gives; it is only a number afterwards. */
struct freezefd_query_look {
	const struct super_block *sb;
	u32 state;
	u32 kernel;
	u32 user;
	dev_t dev;
};

static void freezefd_query_look(struct super_block *sb, void *data)
{
	struct freezefd_query_look *look = data;

	look->sb = sb;
	look->state = freezefd_query_state(sb);
	look->kernel = compat_kernel_freezes(sb);
	look->user = compat_user_freezes(sb);
	look->dev = sb->s_dev;
}

static void freezefd_query_fill(struct fs_freeze_query *query,
				const struct freezefd_query_look *look)
{
	bool ours = false;

	query->state = look->state;
	query->holders = freezefd_fs_count(look->sb, &ours);
	query->kernel_holders = look->kernel > ours ? look->kernel - ours : 0;
	query->user_holders = look->user;
	query->dev_major = MAJOR(look->dev);
	query->dev_minor = MINOR(look->dev);
}

/**
 * freezefd_query_file - the state of the filesystem of a file
 * @query: the question and the answer
 *
 * Return: 0 or -EBADF.
 */
int freezefd_query_file(struct fs_freeze_query *query)
{
	struct freezefd_query_look look;
	struct file *file = fget(query->fd);

	if (!file)
		return -EBADF;
	freezefd_query_look(file->f_path.mnt->mnt_sb, &look);
	freezefd_query_fill(query, &look);
	fput(file);
	return 0;
}

/**
 * freezefd_query_bdev - the state of the filesystem on a block device
 * @query: the question and the answer
 *
 * Return: 0, -EBADF or -ENOTBLK.
 */
int freezefd_query_bdev(struct fs_freeze_query *query)
{
	struct freezefd_query_look look = { .sb = NULL };
	struct file *file = fget(query->fd);
	struct inode *inode;

	if (!file)
		return -EBADF;
	inode = file->f_mapping->host;
	if (!S_ISBLK(inode->i_mode)) {
		fput(file);
		return -ENOTBLK;
	}
	look.dev = inode->i_rdev;
	compat_bdev_look(I_BDEV(inode), freezefd_query_look, &look);
	freezefd_query_fill(query, &look);
	fput(file);
	return 0;
}
