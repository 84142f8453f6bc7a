// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of a port's readiness. What arrived is never taken away from the
 * reader: neither by a disconnect nor by an unplug.
 */

#include <linux/errno.h>
#include <linux/poll.h>
#include <linux/types.h>

#include "port_state.h"

/**
 * vser_port_state_read - what a read() would meet
 * @s: the port's state
 *
 * Return: 1 when there is data, 0 for end of file (the host is away), -EAGAIN
 * when the host is there and has sent nothing, -ENODEV after unplug.
 */
int vser_port_state_read(const struct vser_port_state *s)
{
	if (s->has_data)
		return 1;
	if (!s->alive)
		return -ENODEV;
	return s->host_open ? -EAGAIN : 0;
}

/**
 * vser_port_state_write - what a write() would meet
 * @s: the port's state
 *
 * Return: 1 when there is room, -EAGAIN while the host is away or the queue is
 * full, -ENODEV after unplug.
 */
int vser_port_state_write(const struct vser_port_state *s)
{
	if (!s->alive)
		return -ENODEV;
	return s->host_open && s->has_space ? 1 : -EAGAIN;
}

/**
 * vser_port_state_poll - the events poll() reports
 * @s: the port's state
 *
 * Return: EPOLLIN when there is data or end of file, EPOLLOUT when a write would
 * not block, EPOLLHUP while the host is away and after unplug, EPOLLERR after
 * unplug, for a select() that waits to write.
 */
__poll_t vser_port_state_poll(const struct vser_port_state *s)
{
	__poll_t events = 0;

	if (s->has_data || (s->alive && !s->host_open))
		events |= EPOLLIN | EPOLLRDNORM;
	if (s->alive && s->host_open && s->has_space)
		events |= EPOLLOUT | EPOLLWRNORM;
	if (!s->alive || !s->host_open)
		events |= EPOLLHUP;
	if (!s->alive)
		events |= EPOLLERR;
	return events;
}
