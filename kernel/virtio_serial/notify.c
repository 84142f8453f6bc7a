// SPDX-License-Identifier: GPL-2.0
/*
 * Wakeups and signals. All are sent with pair->lock held, which keeps the port
 * from being detached meanwhile; nothing here sleeps.
 */

#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/poll.h>

#include "notify.h"
#include "port.h"
#include "vqs.h"

static void vser_notify(struct vser_port *port, __poll_t events, int band)
{
	lockdep_assert_held(&port->pair->lock);
	wake_up_interruptible_poll(&port->wait, events);
	kill_fasync(&port->fasync, SIGIO, band);
}

/**
 * vser_notify_data - there is something to read
 * @port: the port; its pair->lock is held
 */
void vser_notify_data(struct vser_port *port)
{
	vser_notify(port, EPOLLIN | EPOLLRDNORM, POLL_IN);
}

/**
 * vser_notify_space - a write that found no space would find some now
 * @port: the port; its pair->lock is held
 */
void vser_notify_space(struct vser_port *port)
{
	vser_notify(port, EPOLLOUT | EPOLLWRNORM, POLL_OUT);
}

/**
 * vser_notify_connect - the host's end was opened
 * @port: the port; its pair->lock is held
 */
void vser_notify_connect(struct vser_port *port)
{
	vser_notify(port, EPOLLOUT | EPOLLWRNORM, POLL_OUT);
}

/**
 * vser_notify_hangup - the host's end was closed, or the port unplugged
 * @port: the port; its pair->lock is held
 */
void vser_notify_hangup(struct vser_port *port)
{
	vser_notify(port, EPOLLHUP | EPOLLIN | EPOLLRDNORM | EPOLLOUT, POLL_HUP);
}
