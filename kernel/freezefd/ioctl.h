/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An ioctl is a row of a table; what a program passes is read and checked by
 * freezefd_ioctl() alone, before a row's function sees it.
 */
#ifndef FREEZEFD_IOCTL_H
#define FREEZEFD_IOCTL_H

#include <linux/fs.h>
#include <linux/types.h>

#include <gatehouse/freezefd.h>

/**
 * union freezefd_arg - the struct of any of them
 * @head: how each begins
 * @info: FREEZEFD_GET_INFO
 * @query: FIISFROZEN, BLKISFROZEN
 * @getfd: FIGETFREEZEFD
 * @op: the calls that thaw and freeze
 * @status: FS_ISFROZEN_FD
 */
union freezefd_arg {
	struct freezefd_ioctl_head {
		u32 size;
		u32 flags;
	} head;
	struct fs_freeze_info info;
	struct fs_freeze_query query;
	struct fs_freeze_getfd getfd;
	struct fs_freeze_op op;
	struct fs_freeze_status status;
};

/**
 * struct freezefd_ioctl - an ioctl
 * @cmd: its number
 * @size: of its struct, as it is now
 * @min_size: of its struct, as it was at first
 * @reserved: the offset of its reserved member, which must be 0
 * @flags: those that it knows
 * @answers: the struct is written back when @call returns 0
 * @call: does it
 * @done: the program has the answer; may be NULL
 */
struct freezefd_ioctl {
	unsigned int cmd;
	u32 size;
	u32 min_size;
	u32 reserved;
	u32 flags;
	bool answers;
	long (*call)(struct file *file, union freezefd_arg *arg);
	void (*done)(struct file *file);
};

long freezefd_ioctl(const struct freezefd_ioctl *table, size_t nr,
		    struct file *file, unsigned int cmd, void __user *user);

#endif /* FREEZEFD_IOCTL_H */
