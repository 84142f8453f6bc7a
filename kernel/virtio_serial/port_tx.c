// SPDX-License-Identifier: GPL-2.0
/*
 * Sending. A write is copied into a buffer. If the device is idle, or the
 * buffer is full, it goes to the device at once; else it becomes port->tx_fill
 * and collects what is written until the device has finished. So a lone write
 * waits for nothing, and many small ones cost one descriptor together.
 *
 * At most limits.tx_bufs buffers are under way, tx_fill among them. The device is
 * asked for a callback only when one is needed: while tx_fill waits for its
 * turn, and while somebody waits for space (tx_stalled) or for the end
 * (tx_drainers). Whoever takes used buffers from the ring posts tx_fill and wakes
 * the sleepers.
 *
 * When the device is to sleep nothing is posted any more (tx_paused). What it has
 * not returned by then is posted again, before all else, when it is awake and the
 * host still there (tx_kept).
 */

#include <linux/freezer.h>
#include <linux/lockdep.h>
#include <linux/scatterlist.h>
#include <linux/uio.h>

#include <gatehouse/virtio_serial.h>

#include "buf.h"
#include "notify.h"
#include "port.h"
#include "port_state.h"
#include "port_tx.h"
#include "tx_window.h"
#include "vqs.h"

/* A console's pieces are collected only when so many buffers are under way. */
#define VSER_TX_DIRECT 4

/* Keeps an empty buffer for the next write, while there may be one. */
static void vser_tx_keep(struct vser_port *port, struct vser_buf *buf)
{
	if (!port || !port->opened || port->tx_nr_free >= port->limits.tx_bufs) {
		vser_buf_free(buf);
		return;
	}
	buf->len = 0;
	list_add(&buf->list, &port->tx_free);
	port->tx_nr_free++;
}

/*
 * Gives @buf to the device. That fails when the queue is broken, or when memory
 * to map the buffer is short: then the buffer stays the caller's.
 */
static int vser_tx_add(struct vser_pair *pair, struct vser_buf *buf)
{
	struct scatterlist sg;

	sg_init_one(&sg, buf->data, buf->len);
	return virtqueue_add_outbuf(pair->out_vq, &sg, 1, buf, GFP_ATOMIC);
}

static int vser_tx_post(struct vser_port *port, struct vser_buf *buf)
{
	struct vser_pair *pair = port->pair;
	int err;

	err = vser_tx_add(pair, buf);
	if (err)
		return err;
	buf->nr = vser_tx_window_post(&pair->tx);
	port->counters.tx_buffers++;
	virtqueue_kick(pair->out_vq);
	return 0;
}

/* Takes from the ring what the device has finished with. Return: if anything. */
static bool vser_tx_collect(struct vser_pair *pair)
{
	struct vser_port *port = pair->port;
	u64 settled = pair->tx.settled;
	struct vser_buf *buf;
	u32 len;

	if (!pair->out_vq)
		return false;
	while ((buf = virtqueue_get_buf(pair->out_vq, &len))) {
		vser_tx_window_settle(&pair->tx, buf->nr);
		vser_tx_keep(port, buf);
	}
	if (port && !port->broken && virtqueue_is_broken(pair->out_vq)) {
		port->broken = true;
		vser_notify(port, VSER_EVENT_UNPLUG);
	}
	return pair->tx.settled != settled;
}

/**
 * vser_tx_is_idle - whether the device has used all that was written
 * @port: a port; its pair->lock is held
 *
 * Return: true if so, or if what was written has been given up.
 */
bool vser_tx_is_idle(const struct vser_port *port)
{
	lockdep_assert_held(&port->pair->lock);
	return !port->tx_fill && !port->tx_taken &&
	       !vser_tx_window_in_flight(&port->pair->tx);
}

/* Whether a buffer may be posted: none of older bytes is to be posted first. */
static bool vser_tx_is_clear(const struct vser_pair *pair)
{
	return !pair->tx_paused && list_empty(&pair->tx_kept);
}

/* Posts again what the device had when it went to sleep. */
static void vser_tx_repeat(struct vser_port *port)
{
	struct vser_pair *pair = port->pair;
	struct vser_buf *buf, *next;

	if (pair->tx_paused || list_empty(&pair->tx_kept))
		return;
	list_for_each_entry_safe(buf, next, &pair->tx_kept, list) {
		/* If that fails, the next one to come here tries again. */
		if (vser_tx_add(pair, buf))
			break;
		list_del(&buf->list);
		port->counters.tx_repeated++;
	}
	virtqueue_kick(pair->out_vq);
}

/* Posts what has waited for the device to be idle. */
static void vser_tx_push(struct vser_port *port)
{
	/* If that fails, the next one to come here tries again. */
	if (port->tx_fill && vser_tx_is_clear(port->pair) &&
	    !vser_tx_post(port, port->tx_fill))
		port->tx_fill = NULL;
}

/* Collects, and does what has become possible. */
static void vser_tx_advance(struct vser_pair *pair)
{
	struct vser_port *port = pair->port;
	bool settled;

	lockdep_assert_held(&pair->lock);

	settled = vser_tx_collect(pair);
	if (!port)
		return;
	vser_tx_repeat(port);
	if (!vser_tx_window_in_flight(&pair->tx) ||
	    (port->tx_fill && vser_buf_is_full(port->tx_fill)))
		vser_tx_push(port);
	if (port->tx_stalled && vser_port_has_space(port)) {
		port->tx_stalled = false;
		if (port->host_open || port->console)
			vser_notify(port, VSER_EVENT_SPACE);
	}
	if (port->tx_drainers && (settled || vser_tx_is_idle(port)))
		wake_up_all(&port->wait);
}

/* Whether something waits for the device to return buffers. */
static bool vser_tx_is_awaited(const struct vser_port *port)
{
	return port && (port->tx_fill || port->tx_stalled || port->tx_drainers);
}

/*
 * Advances, and asks for a callback if something waits for one.
 * virtqueue_enable_cb() fails when buffers came back meanwhile: at most as often
 * as the device has buffers. A host that pretends more than that is left alone.
 */
static void vser_tx_advance_and_arm(struct vser_pair *pair)
{
	int tries;

	if (!pair->out_vq)
		return;
	pair->tx_armed = false;
	for (tries = 0; tries <= VSER_TX_HELD && !pair->tx_armed; tries++) {
		virtqueue_disable_cb(pair->out_vq);
		vser_tx_advance(pair);
		if (!vser_tx_is_awaited(pair->port))
			return;
		pair->tx_armed = virtqueue_enable_cb(pair->out_vq);
	}
}

/**
 * vser_tx_done - the device has used buffers that somebody waits for
 * @vq: the port's out_vq
 *
 * Context: irq.
 */
void vser_tx_done(struct virtqueue *vq)
{
	struct vser_pair *pair = vser_pair_of(vq);
	unsigned long flags;

	spin_lock_irqsave(&pair->lock, flags);
	if (pair->out_vq)
		vser_tx_advance_and_arm(pair);
	spin_unlock_irqrestore(&pair->lock, flags);
}

/**
 * vser_tx_poll - find out whether there is space, and be told when there is not
 * @port: a port that is alive; its pair->lock is held
 */
void vser_tx_poll(struct vser_port *port)
{
	vser_tx_advance(port->pair);
	if (vser_port_has_space(port))
		return;
	port->tx_stalled = true;
	vser_tx_advance_and_arm(port->pair);
}

/**
 * vser_tx_await - do what has become possible, and be told of what will
 * @port: a port that is alive, with a drainer; its pair->lock is held
 */
void vser_tx_await(struct vser_port *port)
{
	vser_tx_advance_and_arm(port->pair);
}

/**
 * vser_tx_stop - let nothing wait on this side
 * @port: a port that is being closed
 */
void vser_tx_stop(struct vser_port *port)
{
	struct vser_pair *pair = port->pair;

	spin_lock_irq(&pair->lock);
	port->tx_stalled = false;
	if (vser_port_is_alive(port)) {
		vser_tx_push(port);
		/* One callback, to free what the device has used by then. */
		if (pair->out_vq && vser_tx_window_in_flight(&pair->tx) &&
		    !virtqueue_enable_cb(pair->out_vq))
			vser_tx_advance_and_arm(pair);
	}
	spin_unlock_irq(&pair->lock);
}

/**
 * vser_tx_abandon - forget what the host will not come back for
 * @port: a port that is alive, whose host has disconnected or which is being
 *        unplugged; its pair->lock is held
 *
 * The next one to connect must not get the rest of a stream that was meant for
 * the last. A device that is notified now discards what it still has.
 */
void vser_tx_abandon(struct vser_port *port)
{
	struct vser_pair *pair = port->pair;
	struct vser_buf *buf = port->tx_fill;
	struct vser_buf *next;

	lockdep_assert_held(&pair->lock);
	vser_tx_collect(pair);
	port->counters.tx_lost += vser_tx_window_in_flight(&pair->tx);
	if (port->tx_fill || port->tx_taken)
		port->counters.tx_lost++;
	port->tx_taken = false;
	port->tx_stalled = false;
	port->tx_fill = NULL;
	if (buf)
		vser_tx_keep(port, buf);
	list_for_each_entry_safe(buf, next, &pair->tx_kept, list) {
		list_del(&buf->list);
		vser_tx_keep(port, buf);
	}
	if (pair->out_vq && vser_tx_window_in_flight(&pair->tx))
		virtqueue_notify(pair->out_vq);
	vser_tx_window_give_up(&pair->tx);
}

/**
 * vser_tx_pause - post nothing to the host until vser_tx_resume()
 * @pair: a pair; its lock is held
 */
void vser_tx_pause(struct vser_pair *pair)
{
	lockdep_assert_held(&pair->lock);
	pair->tx_paused = true;
}

/**
 * vser_tx_resume - go on after vser_tx_pause()
 * @pair: a pair with queues; its lock is held
 */
void vser_tx_resume(struct vser_pair *pair)
{
	lockdep_assert_held(&pair->lock);
	if (!pair->tx_paused)
		return;
	pair->tx_paused = false;
	vser_tx_advance_and_arm(pair);
}

/*
 * What a write would meet now: see vser_port_state_write(). If it is -EAGAIN
 * the caller will be woken.
 */
static int vser_tx_state_locked(struct vser_port *port)
{
	struct vser_port_state state;

	if (vser_port_is_alive(port))
		vser_tx_poll(port);
	vser_port_get_state(port, &state);
	return vser_port_state_write(&state);
}

static int vser_tx_state(struct vser_port *port)
{
	int state;

	spin_lock_irq(&port->pair->lock);
	state = vser_tx_state_locked(port);
	spin_unlock_irq(&port->pair->lock);
	return state;
}

/* A buffer to fill, if one is kept. */
static struct vser_buf *vser_tx_kept(struct vser_port *port)
{
	struct vser_buf *buf;

	if (!port->tx_nr_free)
		return NULL;
	buf = list_first_entry(&port->tx_free, struct vser_buf, list);
	list_del(&buf->list);
	port->tx_nr_free--;
	return buf;
}

/*
 * Whether tx_fill takes more as it is: the host is there, and the device will
 * call back when it is the buffer's turn. Then there is nothing to find out.
 */
static bool vser_tx_may_append(const struct vser_port *port)
{
	return vser_port_is_alive(port) && port->tx_fill &&
	       port->pair->tx_armed && vser_tx_is_clear(port->pair) &&
	       port->host_open && !port->broken;
}

/* A buffer with room, now the caller's; or ERR_PTR of what is in the way. */
static struct vser_buf *vser_tx_take(struct vser_port *port, gfp_t gfp)
{
	struct vser_buf *buf = NULL;
	int state;

	lockdep_assert_held(&port->tx_mutex);

	spin_lock_irq(&port->pair->lock);
	state = vser_tx_may_append(port) ? 1 : vser_tx_state_locked(port);
	if (state == 1) {
		port->tx_taken = true;
		swap(buf, port->tx_fill);
		if (!buf)
			buf = vser_tx_kept(port);
	}
	spin_unlock_irq(&port->pair->lock);

	if (state != 1)
		return ERR_PTR(state);
	if (!buf)
		buf = vser_buf_alloc(VSER_TX_ORDER, gfp);
	return buf;
}

/*
 * Ends the caller's ownership of @buf, to which it has added @n bytes: it goes
 * to the device or waits for its turn. After an error the @n bytes are not
 * taken, those that were there before are kept. NULL gives nothing.
 */
static int vser_tx_give(struct vser_port *port, struct vser_buf *buf, size_t n)
{
	struct vser_pair *pair = port->pair;
	bool wanted;
	int err = 0;

	spin_lock_irq(&pair->lock);
	wanted = port->tx_taken;
	port->tx_taken = false;
	if (!vser_port_is_alive(port)) {
		err = -ENODEV;
		wanted = false;
	} else if (!buf) {
		err = -ENOMEM;
	} else if (wanted && buf->len && vser_tx_is_clear(pair) &&
		   (vser_buf_is_full(buf) ||
		    !vser_tx_window_in_flight(&pair->tx))) {
		err = vser_tx_post(port, buf);
		if (err)
			buf->len -= n;
		else
			buf = NULL;
	}
	if (!err)
		port->counters.tx_bytes += n;
	if (buf && wanted && buf->len)
		port->tx_fill = buf;
	else if (buf)
		vser_tx_keep(port, buf);
	if (vser_port_is_alive(port) && vser_tx_is_awaited(port) &&
	    (!pair->tx_armed || !vser_tx_window_in_flight(&pair->tx)))
		vser_tx_advance_and_arm(pair);
	spin_unlock_irq(&pair->lock);
	return err;
}

/* Copies what there is room for. Return: bytes, or an error if none. */
static ssize_t vser_tx_copy(struct vser_port *port, struct iov_iter *from,
			    gfp_t gfp)
{
	ssize_t done = 0;

	while (iov_iter_count(from)) {
		struct vser_buf *buf = vser_tx_take(port, gfp);
		size_t want = 0, n = 0;
		int err;

		if (IS_ERR(buf))
			return done ?: PTR_ERR(buf);
		if (buf) {
			want = min_t(size_t, buf->size - buf->len,
				     iov_iter_count(from));
			n = copy_from_iter(buf->data + buf->len, want, from);
			buf->len += n;
		}
		err = vser_tx_give(port, buf, n);
		if (err)
			return done ?: err;
		done += n;
		if (n < want)
			return done ?: -EFAULT;
	}
	return done;
}

/*
 * Waits for what vser_tx_state() says to change. A suspend is no signal: the
 * writer is frozen here, and goes on after it; not with the lock of a pipe held,
 * as splice() does.
 */
static int vser_tx_wait(struct vser_port *port, bool freezable)
{
	if (freezable)
		return wait_event_freezable(port->wait,
					    vser_tx_state(port) != -EAGAIN);
	return wait_event_interruptible(port->wait,
					vser_tx_state(port) != -EAGAIN);
}

/**
 * vser_tx_write - write to a port
 * @port: an open port
 * @from: the bytes
 * @nonblock: take what there is room for, do not wait for more
 * @nowait: do not even wait for another writer to finish its copy, or for
 *          memory
 *
 * Without @nonblock everything is written, unless a signal or an error comes.
 * The bytes of one write stay together until it has to wait for space.
 *
 * Return: bytes written; if none -EAGAIN, -ERESTARTSYS, -EFAULT, -ENOMEM, -EIO
 * when the device's queue takes no more, -ENODEV.
 */
ssize_t vser_tx_write(struct vser_port *port, struct iov_iter *from,
		      bool nonblock, bool nowait)
{
	ssize_t done = 0;

	while (iov_iter_count(from)) {
		ssize_t n;

		if (nowait) {
			if (!mutex_trylock(&port->tx_mutex))
				return done ?: -EAGAIN;
		} else if (mutex_lock_interruptible(&port->tx_mutex)) {
			return done ?: -ERESTARTSYS;
		}
		n = vser_tx_copy(port, from, nowait ? GFP_NOWAIT | __GFP_NOWARN :
				 GFP_KERNEL);
		mutex_unlock(&port->tx_mutex);
		if (n == -ENOMEM && nowait)
			n = -EAGAIN;
		if (n > 0) {
			done += n;
			continue;
		}
		if (n != -EAGAIN || nonblock)
			return done ?: n;
		if (vser_tx_wait(port, user_backed_iter(from)))
			return done ?: -ERESTARTSYS;
	}
	return done;
}

/* Adds to tx_fill, which is there. Return: bytes; 0 if the queue is broken. */
static size_t vser_tx_fill(struct vser_port *port, const void *data, size_t n)
{
	struct vser_buf *buf = port->tx_fill;

	n = min_t(size_t, n, buf->size - buf->len);
	memcpy(buf->data + buf->len, data, n);
	buf->len += n;
	if (vser_buf_is_full(buf) ||
	    vser_tx_window_in_flight(&port->pair->tx) < VSER_TX_DIRECT)
		vser_tx_push(port);
	if (!port->tx_fill || !vser_buf_is_full(buf))
		return n;
	/* It stays one that is not full. */
	buf->len -= n;
	return 0;
}

/**
 * vser_tx_put - write what there is room for, without waiting
 * @port: a console that is alive, to which nobody else writes; its pair->lock is
 *        held
 * @data: the bytes
 * @n: how many
 *
 * Context: any in which memory may be asked for, printk() from anywhere.
 *
 * Return: bytes. If there is no room for more, the device calls back when there
 * is; if memory was short, nobody does.
 */
size_t vser_tx_put(struct vser_port *port, const void *data, size_t n)
{
	struct vser_pair *pair = port->pair;
	size_t done = 0, part;

	vser_tx_advance(pair);
	while (done < n && vser_port_has_space(port)) {
		if (!port->tx_fill)
			port->tx_fill = vser_tx_kept(port) ?:
				vser_buf_alloc(VSER_TX_ORDER,
					       GFP_NOWAIT | __GFP_NOWARN);
		if (!port->tx_fill)
			break;
		part = vser_tx_fill(port, data + done, n - done);
		if (!part)
			break;
		done += part;
	}
	port->counters.tx_bytes += done;
	if (!vser_port_has_space(port))
		port->tx_stalled = true;
	if (vser_tx_is_awaited(port) &&
	    (!pair->tx_armed || !vser_tx_window_in_flight(&pair->tx)))
		vser_tx_advance_and_arm(pair);
	return done;
}

/**
 * vser_tx_flush - a message has been put, let it go
 * @port: a console that is alive; its pair->lock is held
 * @now: also if the device is busy and will call back
 */
void vser_tx_flush(struct vser_port *port, bool now)
{
	vser_tx_advance(port->pair);
	if (now || vser_tx_window_in_flight(&port->pair->tx) < VSER_TX_DIRECT)
		vser_tx_push(port);
}
