/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Freezing a superblock, and seeing who else does. See compat.h for HAVE_*.
 *
 * Since 6.6 the kernel counts freezes of its own and of userspace apart, and
 * since 6.8 those of its own nest: ours is one of these, so no FITHAW undoes it.
 * Before, there is one state for all: any FITHAW undoes any freeze, and all
 * that tells of it is that wait_unfrozen is woken.
 */
#ifndef GATEHOUSE_COMPAT_SUPER_H
#define GATEHOUSE_COMPAT_SUPER_H

#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/rcupdate.h>

#include "compat_config.h"

#define COMPAT_FREEZE_WHO	(FREEZE_HOLDER_KERNEL | FREEZE_MAY_NEST)

/*
 * Both wait, uninterruptibly. A filesystem with operations of its own for this
 * (gfs2) gets these.
 */
#if defined(HAVE_FREEZE_OWNER)
static inline int compat_freeze_super(struct super_block *sb)
{
	if (sb->s_op->freeze_super)
		return sb->s_op->freeze_super(sb, COMPAT_FREEZE_WHO, NULL);
	return freeze_super(sb, COMPAT_FREEZE_WHO, NULL);
}

static inline int compat_thaw_super(struct super_block *sb)
{
	if (sb->s_op->thaw_super)
		return sb->s_op->thaw_super(sb, COMPAT_FREEZE_WHO, NULL);
	return thaw_super(sb, COMPAT_FREEZE_WHO, NULL);
}
#elif defined(HAVE_FREEZE_HOLDER)
static inline int compat_freeze_super(struct super_block *sb)
{
	if (sb->s_op->freeze_super)
		return sb->s_op->freeze_super(sb, COMPAT_FREEZE_WHO);
	return freeze_super(sb, COMPAT_FREEZE_WHO);
}

static inline int compat_thaw_super(struct super_block *sb)
{
	if (sb->s_op->thaw_super)
		return sb->s_op->thaw_super(sb, COMPAT_FREEZE_WHO);
	return thaw_super(sb, COMPAT_FREEZE_WHO);
}
#else
static inline int compat_freeze_super(struct super_block *sb)
{
	if (sb->s_op->freeze_super)
		return sb->s_op->freeze_super(sb);
	return freeze_super(sb);
}

static inline int compat_thaw_super(struct super_block *sb)
{
	if (sb->s_op->thaw_super)
		return sb->s_op->thaw_super(sb);
	return thaw_super(sb);
}
#endif

/* Whose freezes there are; a look without a lock. */
#if defined(HAVE_FREEZE_OWNER) || defined(HAVE_FREEZE_HOLDER)
#define COMPAT_FREEZES_NEST	1

static inline unsigned int compat_kernel_freezes(const struct super_block *sb)
{
	return READ_ONCE(sb->s_writers.freeze_kcount);
}

static inline unsigned int compat_user_freezes(const struct super_block *sb)
{
	return READ_ONCE(sb->s_writers.freeze_ucount);
}

static inline wait_queue_head_t *compat_thaw_wait(struct super_block *sb)
{
	return NULL;
}
#else
#define COMPAT_FREEZES_NEST	0

static inline unsigned int compat_kernel_freezes(const struct super_block *sb)
{
	return 0;
}

static inline unsigned int compat_user_freezes(const struct super_block *sb)
{
	return 0;
}

/* Woken by each thaw and each freeze that failed. */
static inline wait_queue_head_t *compat_thaw_wait(struct super_block *sb)
{
	return &sb->s_writers.wait_unfrozen;
}
#endif

/*
 * Makes a copy of a superblock's operations refuse all thaws but those by
 * thaw_super(); needless where those of others do nothing to our freeze.
 */
#if COMPAT_FREEZES_NEST
static inline void compat_refuse_thaws(struct super_operations *ops)
{
}
#else
static inline int compat_refuse_thaw(struct super_block *sb)
{
	return -EBUSY;
}

static inline void compat_refuse_thaws(struct super_operations *ops)
{
	ops->thaw_super = compat_refuse_thaw;
}
#endif

/*
 * Calls @look with the superblock mounted from a block device, if there is one;
 * it lives until @look, which must not sleep, returns.
 */
#ifdef HAVE_BDEV_HOLDER_OPS
static inline void compat_bdev_look(struct block_device *bdev,
				    void (*look)(struct super_block *sb, void *data),
				    void *data)
{
	mutex_lock(&bdev->bd_holder_lock);
	if (bdev->bd_holder_ops == &fs_holder_ops && bdev->bd_holder)
		look(bdev->bd_holder, data);
	mutex_unlock(&bdev->bd_holder_lock);
}
#else
/* Superblocks are freed by RCU, long after bd_super has been cleared. */
static inline void compat_bdev_look(struct block_device *bdev,
				    void (*look)(struct super_block *sb, void *data),
				    void *data)
{
	struct super_block *sb;

	rcu_read_lock();
	sb = READ_ONCE(bdev->bd_super);
	if (sb)
		look(sb, data);
	rcu_read_unlock();
}
#endif

/* 6.13 merged hrtimer_init() with the assignment of the function. */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

#endif /* GATEHOUSE_COMPAT_SUPER_H */
