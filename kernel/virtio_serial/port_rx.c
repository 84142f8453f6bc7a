// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving. While a port is open the device has up to limits.rx_bufs buffers
 * to fill. What it returns moves from the ring to port->rx_ready, by whoever looks
 * first: the interrupt, poll() or a reader. Whoever moves data wakes all
 * sleepers, so that nobody's data is taken from the ring behind his back.
 *
 * While data waits to be read the device need not call back: who reads or polls
 * next looks for himself, and vser_rx_poll() has the callback again. Only SIGIO
 * has to come for each arrival.
 *
 * A buffer the reader has emptied goes back to the device, and so does at once
 * one that the device claims to have filled with nothing, or beyond its end. One
 * that comes back while the port is closed is freed. While the device sleeps, the
 * pair keeps those for it (rx_kept).
 */

#include <linux/lockdep.h>
#include <linux/scatterlist.h>
#include <linux/uio.h>

#include <gatehouse/virtio_serial.h>

#include "buf.h"
#include "notify.h"
#include "port.h"
#include "port_rx.h"
#include "port_state.h"
#include "rx_rules.h"
#include "vqs.h"

/* Gives @buf to the device, or frees it. The caller kicks. */
static void vser_rx_post(struct vser_pair *pair, struct vser_buf *buf)
{
	struct scatterlist sg;

	buf->len = 0;
	buf->off = 0;
	if (!pair->in_vq) {
		list_add_tail(&buf->list, &pair->rx_kept);
		return;
	}
	sg_init_one(&sg, buf->data, buf->size);
	if (virtqueue_add_inbuf(pair->in_vq, &sg, 1, buf, GFP_ATOMIC)) {
		vser_buf_free(buf);
		return;
	}
	pair->rx_posted++;
}

static void vser_rx_kick(struct vser_pair *pair)
{
	if (pair->in_vq)
		virtqueue_kick(pair->in_vq);
}

static void vser_rx_post_all(struct vser_pair *pair, struct list_head *bufs)
{
	struct vser_buf *buf, *next;

	list_for_each_entry_safe(buf, next, bufs, list) {
		list_del(&buf->list);
		vser_rx_post(pair, buf);
	}
	vser_rx_kick(pair);
}

/*
 * Takes from the ring what the device has returned. At most one ring's worth,
 * so that a host which returns buffers without end can't keep us here.
 */
static void vser_rx_drain(struct vser_pair *pair)
{
	struct vser_port *port = pair->port;
	unsigned int budget = pair->rx_posted;
	struct vser_buf *buf;
	bool arrived = false;
	LIST_HEAD(again);
	u32 len;

	lockdep_assert_held(&pair->lock);
	if (!pair->in_vq)
		return;

	for (; budget; budget--) {
		buf = virtqueue_get_buf(pair->in_vq, &len);
		if (!buf)
			break;
		pair->rx_posted--;
		switch (vser_rx_fate(port && port->opened, len, buf->size)) {
		case VSER_RX_FREE:
			if (port)
				port->counters.rx_discarded += min(len, buf->size);
			vser_buf_free(buf);
			break;
		case VSER_RX_AGAIN:
			port->counters.rx_bad++;
			list_add_tail(&buf->list, &again);
			break;
		case VSER_RX_DATA:
			port->counters.rx_bytes += len;
			port->counters.rx_buffers++;
			buf->len = len;
			list_add_tail(&buf->list, &port->rx_ready);
			arrived = true;
			break;
		}
	}
	if (port && port->opened && !pair->rx_posted && !arrived &&
	    list_empty(&again) && list_empty(&port->rx_ready)) {
		/* Posting has failed for all of them. Do not stay deaf. */
		buf = vser_buf_alloc(0, GFP_ATOMIC | __GFP_ZERO | __GFP_NOWARN);
		if (buf)
			list_add(&buf->list, &again);
	}
	if (!list_empty(&again))
		vser_rx_post_all(pair, &again);
	if (arrived)
		vser_notify(port, VSER_EVENT_DATA);
	if (port && !port->broken && virtqueue_is_broken(pair->in_vq)) {
		port->broken = true;
		vser_notify(port, VSER_EVENT_UNPLUG);
	}
}

/**
 * vser_rx_done - the device has filled buffers of a port
 * @vq: the port's in_vq
 *
 * Context: irq.
 */
void vser_rx_done(struct virtqueue *vq)
{
	struct vser_pair *pair = vser_pair_of(vq);
	unsigned long flags;

	spin_lock_irqsave(&pair->lock, flags);
	if (pair->in_vq) {
		vser_rx_drain(pair);
		if (pair->port && !list_empty(&pair->port->rx_ready) &&
		    !pair->port->fasync) {
			virtqueue_disable_cb(pair->in_vq);
			pair->rx_armed = false;
		}
	}
	spin_unlock_irqrestore(&pair->lock, flags);
}

/**
 * vser_rx_poll - see to it that port->rx_ready has all that has arrived, and be
 * told of what comes later
 * @port: a port that is alive; its pair->lock is held
 */
void vser_rx_poll(struct vser_port *port)
{
	struct vser_pair *pair = port->pair;
	unsigned int tries;

	vser_rx_drain(pair);
	if (!pair->in_vq)
		return;
	/* enable_cb() fails at most as often as the device has buffers. */
	for (tries = 0; tries <= VSER_RX_BUFS && !pair->rx_armed; tries++) {
		pair->rx_armed = virtqueue_enable_cb(pair->in_vq);
		vser_rx_drain(pair);
	}
	pair->rx_armed = true;
}

/* Whether there is any sense in opening the port. */
static bool vser_rx_is_usable(const struct vser_port *port)
{
	return vser_port_is_alive(port) && !port->broken &&
	       port->pair->in_vq && !virtqueue_is_broken(port->pair->in_vq);
}

/**
 * vser_rx_discard - take away what nobody will read
 * @port: a port; its pair->lock is held
 * @unread: gets the buffers
 */
void vser_rx_discard(struct vser_port *port, struct list_head *unread)
{
	const struct vser_buf *buf;

	lockdep_assert_held(&port->pair->lock);
	list_for_each_entry(buf, &port->rx_ready, list)
		port->counters.rx_discarded += buf->len - buf->off;
	list_splice_init(&port->rx_ready, unread);
}

/**
 * vser_rx_start - give the device buffers to fill
 * @port: a port that has just been opened
 *
 * What an earlier reader has left behind is dropped.
 *
 * Return: 0, -ENOMEM without a single buffer, -ENXIO after unplug, if the device
 * has broken a queue or sleeps.
 */
int vser_rx_start(struct vser_port *port)
{
	struct vser_pair *pair = port->pair;
	unsigned int missing, have;
	bool usable;
	LIST_HEAD(bufs);
	LIST_HEAD(stale);

	spin_lock_irq(&pair->lock);
	if (!vser_rx_is_usable(port)) {
		spin_unlock_irq(&pair->lock);
		return -ENXIO;
	}
	vser_rx_poll(port);
	vser_rx_discard(port, &stale);
	missing = vser_rx_missing(pair->rx_posted, port->limits.rx_bufs,
				  virtqueue_get_vring_size(pair->in_vq));
	spin_unlock_irq(&pair->lock);

	vser_buf_free_list(&stale);
	for (; missing; missing--) {
		/* Zeroed: the host may claim to have filled what it has not. */
		struct vser_buf *buf = vser_buf_alloc(0, GFP_KERNEL | __GFP_ZERO);

		if (!buf)
			break;
		list_add(&buf->list, &bufs);
	}

	spin_lock_irq(&pair->lock);
	if (vser_port_is_alive(port))
		vser_rx_post_all(pair, &bufs);
	have = pair->rx_posted;
	usable = vser_rx_is_usable(port);
	spin_unlock_irq(&pair->lock);

	vser_buf_free_list(&bufs);
	if (!usable)
		return -ENXIO;
	return have ? 0 : -ENOMEM;
}

/**
 * vser_rx_resume - give the device what the pair has kept while it slept
 * @pair: a pair with queues
 */
void vser_rx_resume(struct vser_pair *pair)
{
	LIST_HEAD(bufs);

	spin_lock_irq(&pair->lock);
	list_splice_init(&pair->rx_kept, &bufs);
	if (pair->port && pair->port->opened)
		vser_rx_post_all(pair, &bufs);
	spin_unlock_irq(&pair->lock);
	vser_buf_free_list(&bufs);
}

/* The buffer to read from; stays on the list. NULL: nothing has arrived. */
static struct vser_buf *vser_rx_peek(struct vser_port *port)
{
	struct vser_buf *buf;

	lockdep_assert_held(&port->rx_mutex);

	spin_lock_irq(&port->pair->lock);
	if (list_empty(&port->rx_ready) && vser_port_is_alive(port))
		vser_rx_drain(port->pair);
	buf = list_first_entry_or_null(&port->rx_ready, struct vser_buf, list);
	spin_unlock_irq(&port->pair->lock);
	return buf;
}

/* Gives the first buffer, emptied, back to the device. */
static void vser_rx_recycle(struct vser_port *port, struct vser_buf *buf)
{
	spin_lock_irq(&port->pair->lock);
	list_del(&buf->list);
	if (vser_port_is_alive(port))
		vser_rx_post(port->pair, buf);
	else
		vser_buf_free(buf);
	spin_unlock_irq(&port->pair->lock);
}

/* Copies what is there. Return: bytes, or -EFAULT if not one could be. */
static ssize_t vser_rx_copy(struct vser_port *port, struct iov_iter *to)
{
	struct vser_buf *buf;
	bool emptied = false;
	ssize_t done = 0;

	while (iov_iter_count(to) && (buf = vser_rx_peek(port))) {
		size_t want = min_t(size_t, buf->len - buf->off,
				    iov_iter_count(to));
		size_t n = copy_to_iter(buf->data + buf->off, want, to);

		buf->off += n;
		done += n;
		if (buf->off == buf->len) {
			vser_rx_recycle(port, buf);
			emptied = true;
		}
		if (n < want) {
			done = done ?: -EFAULT;
			break;
		}
	}
	if (emptied) {
		spin_lock_irq(&port->pair->lock);
		if (vser_port_is_alive(port))
			vser_rx_kick(port->pair);
		spin_unlock_irq(&port->pair->lock);
	}
	return done;
}

/*
 * What a read would meet now: see vser_port_state_read(). If it is -EAGAIN the
 * caller will be woken; if there is data no callback is asked for.
 */
static int vser_rx_state(struct vser_port *port)
{
	struct vser_port_state state;

	spin_lock_irq(&port->pair->lock);
	if (vser_port_is_alive(port) && list_empty(&port->rx_ready))
		vser_rx_poll(port);
	vser_port_get_state(port, &state);
	spin_unlock_irq(&port->pair->lock);
	return vser_port_state_read(&state);
}

/**
 * vser_rx_read - read from a port
 * @port: an open port
 * @to: where the bytes go; filled as far as there is data
 * @nonblock: do not wait for data
 * @nowait: do not even wait for another reader to finish its copy
 *
 * Return: bytes read, 0 for end of file or if nothing was asked for, -EAGAIN,
 * -ERESTARTSYS, -EFAULT, -ENODEV.
 */
ssize_t vser_rx_read(struct vser_port *port, struct iov_iter *to,
		     bool nonblock, bool nowait)
{
	ssize_t ret;

	if (!iov_iter_count(to))
		return 0;

	for (;;) {
		if (nowait) {
			if (!mutex_trylock(&port->rx_mutex))
				return -EAGAIN;
		} else if (mutex_lock_interruptible(&port->rx_mutex)) {
			return -ERESTARTSYS;
		}
		ret = vser_rx_copy(port, to);
		mutex_unlock(&port->rx_mutex);
		if (ret)
			return ret;

		ret = vser_rx_state(port);
		if (ret == 1)
			continue;
		if (ret != -EAGAIN || nonblock)
			return ret;
		if (wait_event_interruptible(port->wait,
					     vser_rx_state(port) != -EAGAIN))
			return -ERESTARTSYS;
	}
}

/**
 * vser_rx_get - read what is there, without waiting
 * @port: a console, of which nobody else reads; its pair->lock is held
 * @data: where the bytes go
 * @n: how many fit there
 *
 * Return: bytes. If it is less than @n there will be an event for the next.
 */
size_t vser_rx_get(struct vser_port *port, void *data, size_t n)
{
	bool alive = vser_port_is_alive(port);
	struct vser_buf *buf;
	bool emptied = false;
	size_t done = 0;

	if (alive)
		vser_rx_poll(port);
	while (done < n) {
		size_t part;

		buf = list_first_entry_or_null(&port->rx_ready, struct vser_buf,
					       list);
		if (!buf)
			break;
		part = min_t(size_t, n - done, buf->len - buf->off);
		memcpy(data + done, buf->data + buf->off, part);
		buf->off += part;
		done += part;
		if (buf->off < buf->len)
			break;
		list_del(&buf->list);
		if (alive)
			vser_rx_post(port->pair, buf);
		else
			vser_buf_free(buf);
		emptied = true;
	}
	if (emptied && alive)
		vser_rx_kick(port->pair);
	return done;
}
