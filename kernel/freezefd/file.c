// SPDX-License-Identifier: GPL-2.0
/* A freeze descriptor, as its program sees it: an anonymous file with ioctls. */

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>

#include <gatehouse/freezefd.h>

#include "call.h"
#include "file.h"
#include "handle.h"
#include "ioctl.h"
#include "params.h"
#include "show.h"

static long freezefd_file_freeze(struct file *file, union freezefd_arg *arg)
{
	struct freezefd_handle *handle = file->private_data;
	u32 timeout;
	int err;

	err = freezefd_params_timeout(arg->op.timeout_ms, handle->timeout_ms,
				      &timeout);
	return err ?: freezefd_call_freeze(handle, timeout);
}

static long freezefd_file_thaw(struct file *file, union freezefd_arg *arg)
{
	return freezefd_call_thaw(file->private_data, arg->op.timeout_ms);
}

static long freezefd_file_extend(struct file *file, union freezefd_arg *arg)
{
	struct freezefd_handle *handle = file->private_data;
	u32 timeout;
	int err;

	err = freezefd_params_timeout(arg->op.timeout_ms, handle->timeout_ms,
				      &timeout);
	return err ?: freezefd_call_extend(handle, timeout);
}

static long freezefd_file_status(struct file *file, union freezefd_arg *arg)
{
	freezefd_call_get_status(file->private_data, &arg->status);
	return 0;
}

static void freezefd_file_told(struct file *file)
{
	freezefd_call_told(file->private_data);
}

static const struct freezefd_ioctl freezefd_file_ioctls[] = {
	{
		.cmd = FS_FREEZE_FD,
		.size = sizeof(struct fs_freeze_op),
		.min_size = offsetofend(struct fs_freeze_op, reserved),
		.reserved = offsetof(struct fs_freeze_op, reserved),
		.call = freezefd_file_freeze,
	}, {
		.cmd = FS_THAW_FD,
		.size = sizeof(struct fs_freeze_op),
		.min_size = offsetofend(struct fs_freeze_op, reserved),
		.reserved = offsetof(struct fs_freeze_op, reserved),
		.call = freezefd_file_thaw,
	}, {
		.cmd = FS_FREEZE_EXTEND_FD,
		.size = sizeof(struct fs_freeze_op),
		.min_size = offsetofend(struct fs_freeze_op, reserved),
		.reserved = offsetof(struct fs_freeze_op, reserved),
		.call = freezefd_file_extend,
	}, {
		.cmd = FS_ISFROZEN_FD,
		.size = sizeof(struct fs_freeze_status),
		.min_size = offsetofend(struct fs_freeze_status, reserved),
		.reserved = offsetof(struct fs_freeze_status, reserved),
		.answers = true,
		.call = freezefd_file_status,
		.done = freezefd_file_told,
	},
};

static long freezefd_file_ioctl(struct file *file, unsigned int cmd,
				unsigned long arg)
{
	return freezefd_ioctl(freezefd_file_ioctls,
			      ARRAY_SIZE(freezefd_file_ioctls), file, cmd,
			      (void __user *)arg);
}

static __poll_t freezefd_file_poll(struct file *file, poll_table *wait)
{
	struct freezefd_handle *handle = file->private_data;

	poll_wait(file, &handle->wait, wait);
	return freezefd_call_poll(handle);
}

static int freezefd_file_flush(struct file *file, fl_owner_t id)
{
	freezefd_call_flush(file->private_data, id, file_count(file) == 1);
	return 0;
}

static int freezefd_file_release(struct inode *inode, struct file *file)
{
	freezefd_call_close(file->private_data);
	return 0;
}

static void freezefd_file_show(struct seq_file *s, struct file *file)
{
	freezefd_show(file->private_data, s);
}

static const struct file_operations freezefd_file_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = freezefd_file_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = freezefd_file_poll,
	.flush = freezefd_file_flush,
	.release = freezefd_file_release,
	.show_fdinfo = freezefd_file_show,
};

/**
 * freezefd_file_open - a file for a handle
 * @handle: the handle; the file's from now on, its last close closes it
 *
 * Return: the file, or an error.
 */
struct file *freezefd_file_open(struct freezefd_handle *handle)
{
	return anon_inode_getfile("[freezefd]", &freezefd_file_fops, handle,
				  O_RDWR);
}
