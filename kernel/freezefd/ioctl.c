// SPDX-License-Identifier: GPL-2.0
/* What programs pass to ioctls, read and checked; see gatehouse/freezefd.h. */

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "ioctl.h"

/* Reads the program's struct, of whichever size, and checks it. */
static int freezefd_ioctl_parse(const struct freezefd_ioctl *op,
				union freezefd_arg *arg, void __user *user)
{
	struct freezefd_ioctl_head head;
	int err;

	if (copy_from_user(&head, user, sizeof(head)))
		return -EFAULT;
	if (head.size < op->min_size)
		return -EINVAL;
	if (head.size > PAGE_SIZE)
		return -E2BIG;
	if (head.flags & ~op->flags)
		return -EOPNOTSUPP;
	err = copy_struct_from_user(arg, op->size, user, head.size);
	if (err)
		return err;
	/* As it was checked: the program may have changed it meanwhile. */
	arg->head = head;
	return *(u32 *)((char *)arg + op->reserved) ? -EINVAL : 0;
}

/**
 * freezefd_ioctl - ioctl() on a file of ours
 * @table: the ioctls that it has
 * @nr: how many
 * @file: the file
 * @cmd: the number
 * @user: the argument
 *
 * Return: what the ioctl returns, or -ENOTTY, -EINVAL, -E2BIG, -EOPNOTSUPP,
 * -EFAULT.
 */
long freezefd_ioctl(const struct freezefd_ioctl *table, size_t nr,
		    struct file *file, unsigned int cmd, void __user *user)
{
	const struct freezefd_ioctl *op = NULL;
	union freezefd_arg arg;
	size_t i;
	long ret;

	for (i = 0; i < nr && !op; i++) {
		if (table[i].cmd == cmd)
			op = &table[i];
	}
	if (!op)
		return -ENOTTY;
	ret = freezefd_ioctl_parse(op, &arg, user);
	if (ret)
		return ret;
	ret = op->call(file, &arg);
	if (ret || !op->answers)
		return ret;
	if (copy_to_user(user, &arg, min(arg.head.size, op->size)))
		return -EFAULT;
	if (op->done)
		op->done(file);
	return 0;
}
