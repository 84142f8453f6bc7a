// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/freezefd: for anyone to look and listen, and for those who may freeze to
 * get a freeze descriptor.
 */

#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <gatehouse/freezefd.h>

#include "call.h"
#include "device.h"
#include "event.h"
#include "getfd.h"
#include "ioctl.h"
#include "params.h"
#include "query.h"
#include "super.h"

/**
 * struct freezefd_reader - an open device
 * @mutex: one read() at a time
 * @next: the event that it gets next; changed under @mutex
 */
struct freezefd_reader {
	struct mutex mutex;
	u64 next;
};

static long freezefd_device_info(struct file *file, union freezefd_arg *arg)
{
	struct fs_freeze_info *info = &arg->info;

	info->features = 0;
	if (COMPAT_FREEZES_NEST)
		info->features |= FS_FREEZE_FEAT_NEST;
	if (COMPAT_FREEZES_NEST || freezefd_params_guard())
		info->features |= FS_FREEZE_FEAT_GUARD;
	info->flags_supported = FREEZEFD_GETFD_FLAGS;
	info->timeout_default_ms = freezefd_params_timeout_default();
	info->timeout_max_ms = freezefd_params_timeout_max();
	info->targets_max = FREEZEFD_TARGETS_MAX;
	return 0;
}

static long freezefd_device_query_file(struct file *file, union freezefd_arg *arg)
{
	return freezefd_query_file(&arg->query);
}

static long freezefd_device_query_bdev(struct file *file, union freezefd_arg *arg)
{
	return freezefd_query_bdev(&arg->query);
}

static long freezefd_device_getfd(struct file *file, union freezefd_arg *arg)
{
	return freezefd_getfd(&arg->getfd);
}

static long freezefd_device_thaw_all(struct file *file, union freezefd_arg *arg)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return freezefd_call_stop_all(FS_FREEZE_LOST_FORCED, arg->op.timeout_ms);
}

static const struct freezefd_ioctl freezefd_device_ioctls[] = {
	{
		.cmd = FREEZEFD_GET_INFO,
		.size = sizeof(struct fs_freeze_info),
		.min_size = offsetofend(struct fs_freeze_info, reserved),
		.reserved = offsetof(struct fs_freeze_info, reserved),
		.answers = true,
		.call = freezefd_device_info,
	}, {
		.cmd = FIISFROZEN,
		.size = sizeof(struct fs_freeze_query),
		.min_size = offsetofend(struct fs_freeze_query, reserved),
		.reserved = offsetof(struct fs_freeze_query, reserved),
		.answers = true,
		.call = freezefd_device_query_file,
	}, {
		.cmd = BLKISFROZEN,
		.size = sizeof(struct fs_freeze_query),
		.min_size = offsetofend(struct fs_freeze_query, reserved),
		.reserved = offsetof(struct fs_freeze_query, reserved),
		.answers = true,
		.call = freezefd_device_query_bdev,
	}, {
		.cmd = FIGETFREEZEFD,
		.size = sizeof(struct fs_freeze_getfd),
		.min_size = offsetofend(struct fs_freeze_getfd, cookie),
		.reserved = offsetof(struct fs_freeze_getfd, reserved),
		.flags = FREEZEFD_GETFD_FLAGS,
		.call = freezefd_device_getfd,
	}, {
		.cmd = FS_FREEZE_THAW_ALL,
		.size = sizeof(struct fs_freeze_op),
		.min_size = offsetofend(struct fs_freeze_op, reserved),
		.reserved = offsetof(struct fs_freeze_op, reserved),
		.call = freezefd_device_thaw_all,
	},
};

static long freezefd_device_ioctl(struct file *file, unsigned int cmd,
				  unsigned long arg)
{
	return freezefd_ioctl(freezefd_device_ioctls,
			      ARRAY_SIZE(freezefd_device_ioctls), file, cmd,
			      (void __user *)arg);
}

static int freezefd_device_open(struct inode *inode, struct file *file)
{
	struct freezefd_reader *reader = kmalloc(sizeof(*reader), GFP_KERNEL_ACCOUNT);

	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->mutex);
	reader->next = freezefd_event_next();
	file->private_data = reader;
	return stream_open(inode, file);
}

static int freezefd_device_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/* As many events as there are and as there is room for, without waiting. */
static ssize_t freezefd_device_take(struct freezefd_reader *reader,
				    char __user *user, size_t size)
{
	struct fs_freeze_event event;
	size_t done = 0;

	while (size - done >= sizeof(event)) {
		u64 next = reader->next;

		if (!freezefd_event_get(&next, &event))
			break;
		if (copy_to_user(user + done, &event, sizeof(event)))
			return done ?: -EFAULT;
		reader->next = next;
		done += sizeof(event);
	}
	return done;
}

static ssize_t freezefd_device_read(struct file *file, char __user *user,
				    size_t size, loff_t *pos)
{
	struct freezefd_reader *reader = file->private_data;
	ssize_t done;

	if (size < sizeof(struct fs_freeze_event))
		return -EINVAL;
	do {
		u64 next;

		if (mutex_lock_interruptible(&reader->mutex))
			return -ERESTARTSYS;
		done = freezefd_device_take(reader, user, size);
		next = reader->next;
		mutex_unlock(&reader->mutex);
		if (done)
			return done;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(freezefd_event_wait,
					     freezefd_event_get(&next, NULL)))
			return -ERESTARTSYS;
	} while (true);
}

static __poll_t freezefd_device_poll(struct file *file, poll_table *wait)
{
	struct freezefd_reader *reader = file->private_data;
	u64 next = READ_ONCE(reader->next);

	poll_wait(file, &freezefd_event_wait, wait);
	return freezefd_event_get(&next, NULL) ?
		       EPOLLIN | EPOLLRDNORM | EPOLLPRI : 0;
}

static const struct file_operations freezefd_device_fops = {
	.owner = THIS_MODULE,
	.open = freezefd_device_open,
	.release = freezefd_device_release,
	.read = freezefd_device_read,
	.poll = freezefd_device_poll,
	.unlocked_ioctl = freezefd_device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice freezefd_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = FREEZEFD_DEV_NAME,
	.fops = &freezefd_device_fops,
	.mode = 0666,
};

/**
 * freezefd_device_init - once a module: programs see the device from now on
 *
 * Return: 0 or an error.
 */
int freezefd_device_init(void)
{
	return misc_register(&freezefd_device);
}

/** freezefd_device_exit - undo freezefd_device_init() */
void freezefd_device_exit(void)
{
	misc_deregister(&freezefd_device);
}
