// SPDX-License-Identifier: GPL-2.0
/*
 * Wakeups and signals. All are sent with pair->lock held, which keeps the port
 * from being detached meanwhile; nothing here sleeps.
 */

#include <linux/bitops.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/lockdep.h>
#include <linux/poll.h>

#include <gatehouse/virtio_serial.h>

#include "notify.h"
#include "port.h"
#include "vqs.h"

#define VSER_NOTIFY_IN	(EPOLLIN | EPOLLRDNORM)
#define VSER_NOTIFY_OUT	(EPOLLOUT | EPOLLWRNORM)
#define VSER_NOTIFY_END	(EPOLLHUP | EPOLLERR | EPOLLRDHUP | EPOLLPRI | \
			 VSER_NOTIFY_IN | VSER_NOTIFY_OUT)

/**
 * struct vser_notice - how an event is told
 * @wake: what sleepers may have waited for
 * @band: si_code of the signal
 */
struct vser_notice {
	__poll_t wake;
	int band;
};

/* By the number of the event's bit. */
static const struct vser_notice vser_notices[] = {
	[const_ilog2(VSER_EVENT_DATA)] = { VSER_NOTIFY_IN, POLL_IN },
	[const_ilog2(VSER_EVENT_SPACE)] = { VSER_NOTIFY_OUT, POLL_OUT },
	[const_ilog2(VSER_EVENT_CONNECT)] = { VSER_NOTIFY_OUT | EPOLLPRI, POLL_OUT },
	[const_ilog2(VSER_EVENT_DISCONNECT)] = { VSER_NOTIFY_END, POLL_HUP },
	[const_ilog2(VSER_EVENT_UNPLUG)] = { VSER_NOTIFY_END, POLL_HUP },
};

/**
 * vser_notify - tell all who wait that something has happened to a port
 * @port: the port; its pair->lock is held
 * @event: one of VSER_EVENT_*
 */
void vser_notify(struct vser_port *port, u32 event)
{
	const struct vser_notice *notice = &vser_notices[__ffs(event)];

	lockdep_assert_held(&port->pair->lock);
	vser_events_note(&port->events, event);
	wake_up_interruptible_poll(&port->wait, notice->wake);
	kill_fasync(&port->fasync, SIGIO, notice->band);
	if (port->console_event)
		irq_work_queue(port->console_event);
}
