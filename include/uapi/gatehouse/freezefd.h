/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/freezefd: filesystems frozen for as long as a descriptor is open, and
 * never longer than a deadline.
 *
 * DOC: Conventions
 *
 * Each ioctl takes a pointer to a struct that begins with @size, its size as
 * the program knows it, and @flags. A struct may grow at its end: a smaller one
 * of an older program is served as it was, a larger one of a newer program too
 * as long as what this kernel does not know of it is zero. The one exception is
 * struct fs_freeze_target, the rows of an array, whose stride is passed beside.
 * What is called reserved must be 0.
 *
 * Any program of any user may open the device, look and listen. A freeze needs
 * CAP_SYS_ADMIN in the user namespace of the filesystem, and a descriptor of
 * any file or directory of it. A freeze descriptor may be passed on: it is the
 * right to what it freezes.
 *
 * ============ ============================================================
 * ENOTTY       no ioctl of this number here
 * EINVAL       @size is smaller than the struct has ever been; something
 *              reserved is set; a timeout beyond timeout_max_ms; no target;
 *              nothing is frozen that could be thawed or extended
 * E2BIG        something is set in the part that this kernel does not know
 * EOPNOTSUPP   a bit of @flags that this kernel does not know; a target that
 *              can't be frozen
 * EFAULT       the struct or the targets can't be read or written
 * EPERM        no CAP_SYS_ADMIN
 * EBADF        no descriptor, or one opened with O_PATH
 * ENOTBLK      BLKISFROZEN: no block device
 * EEXIST       one filesystem twice in a set
 * ENOSPC       more targets than fs_freeze_info::targets_max
 * EBUSY        the set is frozen already, or not thawed yet; before 6.6: someone
 *              else freezes a target; the machine is about to sleep
 * ECANCELED    another thread has thawed what was being frozen
 * EINTR        a fatal signal came while waiting; nothing stays frozen
 * EINPROGRESS  FS_THAW_FD, FS_FREEZE_THAW_ALL: not all is thawed within
 *              @timeout_ms; it goes on
 * ETIMEDOUT    the freeze was lost to its deadline
 * ESTALE       the freeze was lost to somebody else
 * ============ ============================================================
 *
 * DOC: The deadline
 *
 * It begins before the first filesystem is frozen. When it comes, all that the
 * descriptor holds is thawed, whatever the program does: also when it sleeps in
 * a write to what it has frozen, dumps core onto it or is stopped. A freeze that
 * ends without the program's will is lost: poll() says POLLPRI and POLLERR, and
 * FS_THAW_FD and FS_FREEZE_EXTEND_FD fail, until FS_FREEZE_FD starts another.
 *
 * DOC: A freeze
 *
 *	struct fs_freeze_target target = { .fd = open("/srv", O_RDONLY | O_CLOEXEC) };
 *	struct fs_freeze_getfd get = {
 *		.size = sizeof(get),
 *		.flags = FS_FREEZE_FD_FREEZE,
 *		.targets = (__u64)(uintptr_t)&target,
 *		.nr_targets = 1,
 *		.target_size = sizeof(target),
 *		.timeout_ms = 10000,
 *	};
 *	struct fs_freeze_op op = { .size = sizeof(op) };
 *	int device = open("/dev/freezefd", O_RDONLY | O_CLOEXEC);
 *	int fd = ioctl(device, FIGETFREEZEFD, &get);
 *
 *	...copy the disk; each call gives 10 s more:
 *	ioctl(fd, FS_FREEZE_EXTEND_FD, &op);
 *	...
 *	if (ioctl(fd, FS_THAW_FD, &op))
 *		...the copy is worth no more than one of a running system
 *	close(fd);
 *
 * DOC: A monitor
 *
 * read() of the device gives struct fs_freeze_event, as many as there is room
 * for, the first of them one that came after the open; poll() says POLLIN and
 * POLLPRI when there is one. Generic netlink's family FREEZEFD_GENL_NAME has the
 * same as attributes, multicast to its group in every network namespace.
 */
#ifndef _UAPI_GATEHOUSE_FREEZEFD_H
#define _UAPI_GATEHOUSE_FREEZEFD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define FREEZEFD_DEV_NAME	"freezefd"

#define FREEZEFD_IOC		0xFC

/* On /dev/freezefd. */
#define FREEZEFD_GET_INFO	_IO(FREEZEFD_IOC, 0x00)
#define FIISFROZEN		_IO(FREEZEFD_IOC, 0x01)
#define BLKISFROZEN		_IO(FREEZEFD_IOC, 0x02)
#define FIGETFREEZEFD		_IO(FREEZEFD_IOC, 0x03)
#define FS_FREEZE_THAW_ALL	_IO(FREEZEFD_IOC, 0x04)

/* On a freeze descriptor. */
#define FS_FREEZE_FD		_IO(FREEZEFD_IOC, 0x10)
#define FS_THAW_FD		_IO(FREEZEFD_IOC, 0x11)
#define FS_ISFROZEN_FD		_IO(FREEZEFD_IOC, 0x12)
#define FS_FREEZE_EXTEND_FD	_IO(FREEZEFD_IOC, 0x13)

/* fs_freeze_query::state, fs_freeze_status::state */
#define FS_FREEZE_THAWED	0
#define FS_FREEZE_FREEZING	1	/* writers block already */
#define FS_FREEZE_FROZEN	2	/* the disk has it all, and does not change */
#define FS_FREEZE_THAWING	3

/* Why a freeze was lost; fs_freeze_status::lost keeps it until the next one */
#define FS_FREEZE_LOST_TIMEOUT	(1U << 0)	/* the deadline: ETIMEDOUT */
#define FS_FREEZE_LOST_FOREIGN	(1U << 1)	/* FITHAW or SysRq-j by somebody: ESTALE */
#define FS_FREEZE_LOST_FORCED	(1U << 2)	/* FS_FREEZE_THAW_ALL, a reboot: ESTALE */
#define FS_FREEZE_LOST_OWNER	(1U << 3)	/* see FS_FREEZE_FD_OWNER: ESTALE */

/* fs_freeze_info::features */
#define FS_FREEZE_FEAT_NEST	(1U << 0)	/* freezes of others don't exclude ours */
#define FS_FREEZE_FEAT_GUARD	(1U << 1)	/* no freeze is lost to a FITHAW */

/**
 * struct fs_freeze_info - FREEZEFD_GET_INFO: what this kernel offers
 * @size: sizeof(struct fs_freeze_info)
 * @flags: 0
 * @features: FS_FREEZE_FEAT_*
 * @flags_supported: FS_FREEZE_FD_* that FIGETFREEZEFD takes
 * @timeout_default_ms: the deadline of who asks for none
 * @timeout_max_ms: the longest
 * @targets_max: most filesystems in a set
 * @reserved: 0
 */
struct fs_freeze_info {
	__u32 size;
	__u32 flags;
	__u32 features;
	__u32 flags_supported;
	__u32 timeout_default_ms;
	__u32 timeout_max_ms;
	__u32 targets_max;
	__u32 reserved;
};

/**
 * struct fs_freeze_query - FIISFROZEN, BLKISFROZEN: the state of a filesystem
 * @size: sizeof(struct fs_freeze_query)
 * @flags: 0
 * @fd: in: any open file of the filesystem, or the block device it is mounted
 *      from
 * @state: FS_FREEZE_*, whoever froze it; of a device without one: thawed
 * @holders: freeze descriptors that hold it frozen
 * @kernel_holders: others in the kernel that do
 * @user_holders: holds by FIFREEZE and through the block device (dm)
 * @dev_major: the filesystem's device number, as /proc/self/mountinfo has it
 * @dev_minor: the same
 * @reserved: 0
 *
 * Without FS_FREEZE_FEAT_NEST nobody counts other holders: both are 0, and a
 * filesystem that is frozen without holders is frozen by others.
 */
struct fs_freeze_query {
	__u32 size;
	__u32 flags;
	__s32 fd;
	__u32 state;
	__u32 holders;
	__u32 kernel_holders;
	__u32 user_holders;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 reserved;
};

/* fs_freeze_target::flags */
#define FS_FREEZE_TARGET_OPTIONAL	(1U << 0)	/* left out if it can't be frozen */

/**
 * struct fs_freeze_target - one filesystem of a set
 * @fd: any open file or directory of it; not needed after the call
 * @level: lower levels are frozen first and thawed last; one level is frozen in
 *         parallel. What writes to another (a loop device to the filesystem of
 *         its file) has the lower level
 * @flags: FS_FREEZE_TARGET_*
 * @error: out: 0 or -errno: why the set could not be made or frozen
 */
struct fs_freeze_target {
	__s32 fd;
	__u32 level;
	__u32 flags;
	__s32 error;
};

/* fs_freeze_getfd::flags */
#define FS_FREEZE_FD_FREEZE	(1U << 0)	/* FS_FREEZE_FD before it returns */
#define FS_FREEZE_FD_OWNER	(1U << 1)	/* lost when the creating process closes it */
						/* or ends, whoever inherited it */
#define FS_FREEZE_FD_NONBLOCK	(1U << 2)	/* freezes and thaws don't wait: poll() tells */
#define FS_FREEZE_FD_GUARD	(1U << 3)	/* others get EBUSY for FITHAW while it is */
						/* frozen; needless with FS_FREEZE_FEAT_GUARD */

/**
 * struct fs_freeze_getfd - FIGETFREEZEFD: a set of filesystems
 * @size: sizeof(struct fs_freeze_getfd)
 * @flags: FS_FREEZE_FD_*
 * @targets: struct fs_freeze_target[@nr_targets]
 * @nr_targets: how many
 * @target_size: sizeof(struct fs_freeze_target)
 * @timeout_ms: the deadline of its freezes; 0: timeout_default_ms
 * @reserved: 0
 * @cookie: any number: monitors get it with the events of this set
 *
 * All or nothing: if one target can't be frozen, the others are thawed again.
 * As long as the descriptor is open none of the filesystems can be unmounted
 * (umount() says EBUSY, or with MNT_DETACH the last close of it does the work).
 *
 * Return: a descriptor, close-on-exec; or -1, and fs_freeze_target::error says
 * which target it was, if it was one. It polls POLLIN when its state has changed
 * since the last FS_ISFROZEN_FD, POLLPRI and POLLERR when its freeze was lost.
 */
struct fs_freeze_getfd {
	__u32 size;
	__u32 flags;
	__aligned_u64 targets;
	__u32 nr_targets;
	__u32 target_size;
	__u32 timeout_ms;
	__u32 reserved;
	__aligned_u64 cookie;
};

/**
 * struct fs_freeze_op - FS_FREEZE_FD, FS_THAW_FD, FS_FREEZE_EXTEND_FD,
 *                       FS_FREEZE_THAW_ALL
 * @size: sizeof(struct fs_freeze_op)
 * @flags: 0
 * @timeout_ms: FS_FREEZE_FD, FS_FREEZE_EXTEND_FD: the deadline, from now on;
 *              0: as FIGETFREEZEFD said. FS_THAW_FD, FS_FREEZE_THAW_ALL: how
 *              long to wait for the thaw; 0: till it is done
 * @reserved: 0
 *
 * FS_FREEZE_THAW_ALL ends the freezes of all descriptors; it needs CAP_SYS_ADMIN.
 */
struct fs_freeze_op {
	__u32 size;
	__u32 flags;
	__u32 timeout_ms;
	__u32 reserved;
};

/**
 * struct fs_freeze_status - FS_ISFROZEN_FD: the state of a set
 * @size: sizeof(struct fs_freeze_status)
 * @flags: 0
 * @state: FS_FREEZE_*
 * @lost: FS_FREEZE_LOST_*: why the last freeze was lost; 0: it was not
 * @generation: completed freezes of this descriptor
 * @frozen_since_ns: CLOCK_BOOTTIME, 0: not frozen
 * @remaining_ms: till the deadline, 0: not frozen
 * @nr_targets: filesystems of the set
 * @nr_frozen: those of them that it holds frozen
 * @nr_foreign: those of them that others hold frozen, too; without
 *              FS_FREEZE_FEAT_NEST always 0
 * @error: 0 or -errno: why the last freeze did not succeed
 * @reserved: 0
 */
struct fs_freeze_status {
	__u32 size;
	__u32 flags;
	__u32 state;
	__u32 lost;
	__aligned_u64 generation;
	__aligned_u64 frozen_since_ns;
	__u32 remaining_ms;
	__u32 nr_targets;
	__u32 nr_frozen;
	__u32 nr_foreign;
	__s32 error;
	__u32 reserved;
};

/* fs_freeze_event::event, FREEZEFD_A_EVENT */
#define FREEZEFD_EVENT_FREEZE	1	/* a filesystem has been frozen */
#define FREEZEFD_EVENT_THAW	2	/* its last holder has let go: it is thawed */
#define FREEZEFD_EVENT_LOST	3	/* a set has lost its freeze, of this filesystem too */

/**
 * struct fs_freeze_event - what read() of the device gives
 * @size: of this event; the next one begins behind it
 * @event: FREEZEFD_EVENT_*
 * @seq: counts all events; a gap: the reader was too slow for those
 * @time_ns: CLOCK_BOOTTIME
 * @cookie: fs_freeze_getfd::cookie of the set
 * @dev_major: the filesystem's device number, as /proc/self/mountinfo has it
 * @dev_minor: the same
 * @lost: FREEZEFD_EVENT_LOST: FS_FREEZE_LOST_*
 * @reserved: 0
 */
struct fs_freeze_event {
	__u32 size;
	__u32 event;
	__aligned_u64 seq;
	__aligned_u64 time_ns;
	__aligned_u64 cookie;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 lost;
	__u32 reserved;
};

#define FREEZEFD_GENL_NAME		"freezefd"
#define FREEZEFD_GENL_VERSION		1
#define FREEZEFD_GENL_MCGRP_EVENTS	"events"

/* Generic netlink: the command of an event */
#define FREEZEFD_C_EVENT	1

/* Generic netlink: its attributes, the members of struct fs_freeze_event */
#define FREEZEFD_A_EVENT	1	/* u32 */
#define FREEZEFD_A_SEQ		2	/* u64 */
#define FREEZEFD_A_TIME_NS	3	/* u64 */
#define FREEZEFD_A_COOKIE	4	/* u64 */
#define FREEZEFD_A_DEV_MAJOR	5	/* u32 */
#define FREEZEFD_A_DEV_MINOR	6	/* u32 */
#define FREEZEFD_A_LOST		7	/* u32 */
#define FREEZEFD_A_PAD		8
#define FREEZEFD_A_MAX		8

#endif /* _UAPI_GATEHOUSE_FREEZEFD_H */
