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
 * vser_notify_writable - the host has connected, or space has returned
 * @port: the port; its pair->lock is held
 */
void vser_notify_writable(struct vser_port *port)
{
	vser_notify(port, EPOLLOUT | EPOLLWRNORM, POLL_OUT);
}

/**
 * vser_notify_hangup - the host has disconnected, or the port is at its end
 * @port: the port; its pair->lock is held
 */
void vser_notify_hangup(struct vser_port *port)
{
	vser_notify(port, EPOLLHUP | EPOLLERR | EPOLLIN | EPOLLRDNORM |
		    EPOLLOUT | EPOLLWRNORM, POLL_HUP);
}
