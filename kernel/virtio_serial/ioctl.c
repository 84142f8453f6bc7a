// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of a port, a row each. All that a program passes is checked in
 * vser_ioctl(), before a row's function sees it.
 */

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <gatehouse/virtio_serial.h>

#include "ioctl.h"
#include "port.h"
#include "port_state.h"
#include "vqs.h"

/**
 * union vser_ioctl_arg - the struct of any of them
 * @head: how each begins
 * @info: VSER_PORT_GET_INFO
 * @events: VSER_PORT_GET_EVENTS
 * @counters: VSER_PORT_GET_COUNTERS
 */
union vser_ioctl_arg {
	struct vser_ioctl_head {
		u32 size;
		u32 flags;
	} head;
	struct vser_port_info info;
	struct vser_port_events events;
	struct vser_port_counters counters;
};

/**
 * struct vser_ioctl_op - an ioctl
 * @cmd: its number
 * @size: of its struct, as it is now
 * @min_size: of its struct, as it was at first
 * @flags: those that it knows
 * @fill: writes the answer, all but the head; the port's pair->lock is held
 * @done: the program has the answer; may be NULL; the same
 */
struct vser_ioctl_op {
	unsigned int cmd;
	u32 size;
	u32 min_size;
	u32 flags;
	void (*fill)(struct vser_port *port, union vser_ioctl_arg *arg);
	void (*done)(struct vser_port *port, const union vser_ioctl_arg *arg);
};

static u32 vser_ioctl_state(const struct vser_port *port)
{
	u32 state = 0;

	if (port->host_open)
		state |= VSER_PORT_HOST_CONNECTED;
	if (!vser_port_is_alive(port))
		state |= VSER_PORT_UNPLUGGED;
	if (port->broken)
		state |= VSER_PORT_BROKEN;
	return state;
}

static void vser_ioctl_fill_info(struct vser_port *port,
				 union vser_ioctl_arg *arg)
{
	struct vser_port_info *info = &arg->info;
	/* Pairs with smp_store_release() in vser_port_set_name(). */
	const char *name = smp_load_acquire(&port->name);

	info->device = port->vqs->index;
	info->id = port->id;
	info->state = vser_ioctl_state(port);
	info->reserved = 0;
	info->generation = port->events.generation;
	strscpy_pad(info->name, name ?: "", sizeof(info->name));
}

static void vser_ioctl_fill_events(struct vser_port *port,
				   union vser_ioctl_arg *arg)
{
	struct vser_port_events *events = &arg->events;

	events->causes = port->events.causes;
	events->last = port->events.last;
	events->generation = port->events.generation;
}

static void vser_ioctl_done_events(struct vser_port *port,
				   const union vser_ioctl_arg *arg)
{
	vser_events_fetched(&port->events, arg->events.flags,
			    arg->events.causes);
}

static void vser_ioctl_fill_counters(struct vser_port *port,
				     union vser_ioctl_arg *arg)
{
	arg->counters = port->counters;
}

static const struct vser_ioctl_op vser_ioctls[] = {
	{
		.cmd = VSER_PORT_GET_INFO,
		.size = sizeof(struct vser_port_info),
		.min_size = offsetofend(struct vser_port_info, name),
		.fill = vser_ioctl_fill_info,
	}, {
		.cmd = VSER_PORT_GET_EVENTS,
		.size = sizeof(struct vser_port_events),
		.min_size = offsetofend(struct vser_port_events, generation),
		.flags = VSER_EVENTS_PEEK | VSER_EVENTS_STOP,
		.fill = vser_ioctl_fill_events,
		.done = vser_ioctl_done_events,
	}, {
		.cmd = VSER_PORT_GET_COUNTERS,
		.size = sizeof(struct vser_port_counters),
		.min_size = offsetofend(struct vser_port_counters, tx_repeated),
		.fill = vser_ioctl_fill_counters,
	},
};

static const struct vser_ioctl_op *vser_ioctl_find(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vser_ioctls); i++) {
		if (vser_ioctls[i].cmd == cmd)
			return &vser_ioctls[i];
	}
	return NULL;
}

/* Reads the program's struct, of whichever size, and checks it. */
static int vser_ioctl_parse(const struct vser_ioctl_op *op,
			    union vser_ioctl_arg *arg, void __user *user)
{
	u32 size;
	int err;

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < op->min_size)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(arg, op->size, user, size);
	if (err)
		return err;
	/* The program may have changed it meanwhile. */
	arg->head.size = size;
	return arg->head.flags & ~op->flags ? -EOPNOTSUPP : 0;
}

/**
 * vser_ioctl - ioctl() on a port
 * @port: an open port, plugged in or not
 * @cmd: the number
 * @user: the argument
 *
 * Return: 0, -ENOTTY, -EINVAL, -E2BIG, -EOPNOTSUPP, -EFAULT.
 */
long vser_ioctl(struct vser_port *port, unsigned int cmd, void __user *user)
{
	const struct vser_ioctl_op *op = vser_ioctl_find(cmd);
	struct vser_ioctl_head head;
	union vser_ioctl_arg arg;
	int err;

	if (!op)
		return -ENOTTY;
	err = vser_ioctl_parse(op, &arg, user);
	if (err)
		return err;

	head = arg.head;
	spin_lock_irq(&port->pair->lock);
	op->fill(port, &arg);
	spin_unlock_irq(&port->pair->lock);
	arg.head = head;

	if (copy_to_user(user, &arg, min(head.size, op->size)))
		return -EFAULT;
	if (op->done) {
		spin_lock_irq(&port->pair->lock);
		op->done(port, &arg);
		spin_unlock_irq(&port->pair->lock);
	}
	return 0;
}
