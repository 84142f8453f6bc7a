// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for the device to use what was written: by fsync(), and before a
 * driver lets its device go, or sleep. What is written after the wait has begun
 * is not waited for. The wait also ends when the port has gone, and that of
 * fsync() when bytes have been given up because the host has left
 * (counters.tx_lost).
 */

#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "port.h"
#include "port_sync.h"
#include "port_tx.h"
#include "vqs.h"

/* How long all ports of a device together wait for the host to read: 2 s. */
#define VSER_SYNC_DRAIN (2 * HZ)

/* Number of the last buffer to wait for; the one being filled is the next. */
static u64 vser_sync_begin(struct vser_port *port)
{
	u64 nr;

	spin_lock_irq(&port->pair->lock);
	port->tx_drainers++;
	nr = port->pair->tx.posted;
	if (port->tx_fill || port->tx_taken)
		nr++;
	spin_unlock_irq(&port->pair->lock);
	return nr;
}

static void vser_sync_end(struct vser_port *port)
{
	spin_lock_irq(&port->pair->lock);
	port->tx_drainers--;
	spin_unlock_irq(&port->pair->lock);
}

/* If it is not over, the device will call back. */
static bool vser_sync_is_over(struct vser_port *port, u64 nr)
{
	bool over;

	spin_lock_irq(&port->pair->lock);
	if (vser_port_is_alive(port))
		vser_tx_await(port);
	over = !vser_port_is_alive(port) || port->broken ||
	       port->pair->tx.settled >= nr || vser_tx_is_idle(port);
	spin_unlock_irq(&port->pair->lock);
	return over;
}

/* Whether something was given up that no fsync() has told of. */
static bool vser_sync_has_lost(struct vser_port *port)
{
	bool lost;

	spin_lock_irq(&port->pair->lock);
	lost = port->counters.tx_lost != port->tx_lost_seen;
	spin_unlock_irq(&port->pair->lock);
	return lost;
}

/* The end of a wait, as fsync() tells it. */
static int vser_sync_result(struct vser_port *port)
{
	int err = 0;

	spin_lock_irq(&port->pair->lock);
	if (!vser_port_is_alive(port))
		err = -ENODEV;
	else if (port->broken || port->counters.tx_lost != port->tx_lost_seen)
		err = -EIO;
	port->tx_lost_seen = port->counters.tx_lost;
	spin_unlock_irq(&port->pair->lock);
	return err;
}

/* Return: what is left of @timeout. */
static long vser_sync_drain_port(struct vser_port *port, long timeout)
{
	u64 nr = vser_sync_begin(port);

	/* Then the device is to sleep, and gets no more. */
	if (port->pair->tx_paused)
		nr = port->pair->tx.posted;
	timeout = wait_event_timeout(port->wait, vser_sync_is_over(port, nr),
				     timeout);
	vser_sync_end(port);
	return timeout;
}

/**
 * vser_sync_drain - wait for a device to use what was written to its ports
 * @vqs: its queues; no port comes or goes, or is paused or resumed, meanwhile
 *
 * Neither for long, nor while the host is away: then nothing is owed to it; nor
 * while the device sleeps.
 */
void vser_sync_drain(struct vser_vqs *vqs)
{
	long timeout = VSER_SYNC_DRAIN;
	u32 id;

	if (!vser_vqs_are_there(vqs))
		return;
	for (id = 0; id < vqs->nr_ports && timeout; id++) {
		if (vqs->pairs[id].port)
			timeout = vser_sync_drain_port(vqs->pairs[id].port,
						       timeout);
	}
}

/**
 * vser_sync_wait - fsync()
 * @port: an open port
 *
 * Return: 0 when the device has used all that was written before; -EIO if some
 * of it was given up since the last call, because the host has left, or the
 * device has broken the queue; -ENODEV after unplug; -ERESTARTSYS.
 */
int vser_sync_wait(struct vser_port *port)
{
	u64 nr = vser_sync_begin(port);
	int err;

	err = wait_event_interruptible(port->wait,
				       vser_sync_is_over(port, nr) ||
				       vser_sync_has_lost(port));
	vser_sync_end(port);
	return err ?: vser_sync_result(port);
}
