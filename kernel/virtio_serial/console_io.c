// SPDX-License-Identifier: GPL-2.0
/* Moving a console's bytes; console_io.h has the rules. */

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "console_io.h"
#include "emergency.h"
#include "hvc.h"
#include "port.h"
#include "port_rx.h"
#include "port_tx.h"
#include "vqs.h"

/* In an oops: how often to look whether the host has taken all, 5 us apart. */
#define VSER_CONSOLE_PATIENCE 2000

/* How often to look after a host that makes no callbacks, and until when. */
#define VSER_CONSOLE_POLL	(HZ / 50)
#define VSER_CONSOLE_POLL_FOR	(2 * HZ)

static bool vser_console_is_staged(const struct vser_console_io *io)
{
	/* Pairs with smp_store_release() in vser_console_stage(). */
	return smp_load_acquire(&io->head) != READ_ONCE(io->tail);
}

/* Copies what there is room for. Return: bytes. */
static size_t vser_console_stage(struct vser_console_io *io, const void *data,
				 size_t n)
{
	unsigned int start, tail;
	unsigned long flags;
	size_t first;

	spin_lock_irqsave(&io->lock, flags);
	start = io->head % VSER_CONSOLE_STAGE;
	/* Pairs with smp_store_release() in vser_console_move(). */
	tail = smp_load_acquire(&io->tail);
	n = min_t(size_t, n, VSER_CONSOLE_STAGE - (io->head - tail));
	first = min_t(size_t, n, VSER_CONSOLE_STAGE - start);
	memcpy(io->stage + start, data, first);
	memcpy(io->stage, data + first, n - first);
	/* Pairs with smp_load_acquire() in vser_console_is_staged(). */
	smp_store_release(&io->head, io->head + n);
	spin_unlock_irqrestore(&io->lock, flags);
	return n;
}

/* Moves what is staged to the port, which may print: io->lock is not held. */
static void vser_console_move(struct vser_console_io *io)
{
	lockdep_assert_held(&io->port->pair->lock);
	if (!vser_port_is_alive(io->port))
		return;
	while (vser_console_is_staged(io)) {
		unsigned int start = io->tail % VSER_CONSOLE_STAGE;
		size_t n = min(READ_ONCE(io->head) - io->tail,
			       VSER_CONSOLE_STAGE - start);
		size_t taken = vser_tx_put(io->port, io->stage + start, n);

		/* Pairs with smp_load_acquire() in vser_console_stage(). */
		smp_store_release(&io->tail, io->tail + taken);
		if (taken < n)
			break;
	}
}

/* Moves, and says whether something still waits on this side. */
static bool vser_console_advance(struct vser_console_io *io, bool now)
{
	vser_console_move(io);
	if (!vser_port_is_alive(io->port))
		return false;
	vser_tx_flush(io->port, now);
	return io->port->tx_fill || vser_console_is_staged(io);
}

/*
 * Moves unless somebody has pair->lock: perhaps this CPU, when the virtqueue
 * has something to print. Then, or when not all could go, there is a next time.
 */
static void vser_console_push(struct vser_console_io *io)
{
	spinlock_t *lock = &io->port->pair->lock;
	bool waits = true;
	unsigned long flags;

	if (spin_trylock_irqsave(lock, flags)) {
		waits = vser_console_advance(io, false);
		spin_unlock_irqrestore(lock, flags);
	}
	if (waits)
		irq_work_queue(&io->push);
}

static void vser_console_look(struct vser_console_io *io)
{
	spinlock_t *lock = &io->port->pair->lock;
	unsigned long flags;
	bool waits;

	spin_lock_irqsave(lock, flags);
	waits = vser_console_advance(io, false);
	spin_unlock_irqrestore(lock, flags);
	if (waits && time_before(jiffies, READ_ONCE(io->poll_until)))
		schedule_delayed_work(&io->poll, VSER_CONSOLE_POLL);
}

static void vser_console_push_work(struct irq_work *work)
{
	vser_console_look(container_of(work, struct vser_console_io, push));
}

static void vser_console_poll_work(struct work_struct *work)
{
	vser_console_look(container_of(to_delayed_work(work),
				       struct vser_console_io, poll));
}

static void vser_console_event_work(struct irq_work *work)
{
	vser_console_look(container_of(work, struct vser_console_io, event));
	hvc_kick();
}

/* In an oops: whether the host has taken all, after a while at most. */
static bool vser_console_settle(struct vser_console_io *io)
{
	spinlock_t *lock = &io->port->pair->lock;
	unsigned int left = READ_ONCE(io->stuck) ? 1 : VSER_CONSOLE_PATIENCE;
	bool settled = false;
	unsigned long flags;

	for (; left && !settled; left--) {
		if (spin_trylock_irqsave(lock, flags)) {
			settled = !vser_console_advance(io, true) &&
				  vser_tx_is_idle(io->port) && !io->port->broken;
			spin_unlock_irqrestore(lock, flags);
		}
		if (!settled && left > 1)
			udelay(5);
	}
	WRITE_ONCE(io->stuck, !settled);
	return settled;
}

/* By the queue if that works, else by the register, else by what there is. */
static size_t vser_console_put_oops(struct vser_console_io *io,
				    const void *data, size_t n)
{
	struct virtio_device *vdev = io->port->vqs->vdev;
	spinlock_t *lock = &io->port->pair->lock;
	size_t done = 0;
	unsigned long flags;

	if (!vser_console_settle(io) && vser_emergency_is_offered(vdev)) {
		vser_emergency_write(vdev, data, n);
		done = n;
	} else if (spin_trylock_irqsave(lock, flags)) {
		if (vser_port_is_alive(io->port))
			done = vser_tx_put(io->port, data, n);
		spin_unlock_irqrestore(lock, flags);
	}
	return done;
}

/**
 * vser_console_put - write to the console
 * @io: the console
 * @data: the bytes
 * @n: how many
 *
 * Context: any.
 *
 * Return: how many were taken, 0 when there is no room, -ENODEV when there will
 * be none.
 */
ssize_t vser_console_put(struct vser_console_io *io, const void *data, size_t n)
{
	size_t done;

	if (oops_in_progress)
		return vser_console_put_oops(io, data, n);
	if (READ_ONCE(io->port->broken))
		return -ENODEV;
	WRITE_ONCE(io->poll_until, jiffies + VSER_CONSOLE_POLL_FOR);
	done = vser_console_stage(io, data, n);
	vser_console_push(io);
	if (done < n) {
		done += vser_console_stage(io, data + done, n - done);
		vser_console_push(io);
	}
	return done;
}

/**
 * vser_console_flush - the end of a message
 * @io: the console
 *
 * Context: any.
 */
void vser_console_flush(struct vser_console_io *io)
{
	if (oops_in_progress)
		vser_console_settle(io);
	else
		vser_console_push(io);
}

/**
 * vser_console_get - read from the console
 * @io: the console
 * @data: where the bytes go
 * @n: how many fit there
 *
 * Who reads also sees to what is to be written.
 *
 * Return: bytes, 0 without any.
 */
size_t vser_console_get(struct vser_console_io *io, void *data, size_t n)
{
	spinlock_t *lock = &io->port->pair->lock;
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	vser_console_advance(io, false);
	n = vser_rx_get(io->port, data, n);
	spin_unlock_irqrestore(lock, flags);
	return n;
}

/**
 * vser_console_io_init - begin
 * @io: zeroed memory
 * @port: a port that is the console's alone; lives until vser_console_io_stop()
 */
void vser_console_io_init(struct vser_console_io *io, struct vser_port *port)
{
	io->port = port;
	spin_lock_init(&io->lock);
	init_irq_work(&io->event, vser_console_event_work);
	init_irq_work(&io->push, vser_console_push_work);
	INIT_DELAYED_WORK(&io->poll, vser_console_poll_work);
}

/**
 * vser_console_io_stop - nothing moves any more when this returns
 * @io: a console that nobody writes to or reads from, whose port tells it of no
 *      events
 */
void vser_console_io_stop(struct vser_console_io *io)
{
	irq_work_sync(&io->event);
	irq_work_sync(&io->push);
	cancel_delayed_work_sync(&io->poll);
}
