// SPDX-License-Identifier: GPL-2.0
/* Taking control messages in and sending those that are owed. */

#include <linux/bitmap.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <linux/workqueue.h>

#include "ctrl_owed.h"
#include "ctrl_queue.h"
#include "vqs.h"

static bool vser_ctrl_fifo_is_full(const struct vser_ctrl_queue *q)
{
	return q->head - q->tail == VSER_CTRL_FIFO;
}

/**
 * vser_ctrl_queue_wake - have the work run
 * @q: the control queues
 *
 * Not while programs are frozen for a suspend: ports come and go before or after
 * it, when their parent can have new children.
 */
void vser_ctrl_queue_wake(struct vser_ctrl_queue *q)
{
	queue_work(system_freezable_wq, q->work);
}

/* One that can't be posted is lost until the device is bound again. */
static void vser_ctrl_post(struct vser_ctrl_queue *q, void *data)
{
	struct scatterlist sg;

	sg_init_one(&sg, data, VSER_CTRL_MSG_MAX);
	if (!virtqueue_add_inbuf(q->vqs->ctrl_in, &sg, 1, data, GFP_ATOMIC))
		q->nr_posted++;
}

static void vser_ctrl_take(struct vser_ctrl_queue *q, const void *data, u32 len)
{
	struct virtio_device *vdev = q->vqs->vdev;
	int err = -EMSGSIZE;

	/* A longer one was cut off, whatever the device says. */
	if (len <= VSER_CTRL_MSG_MAX)
		err = vser_ctrl_parse(data, len, virtio_is_little_endian(vdev),
				      q->vqs->nr_ports,
				      &q->fifo[q->head % VSER_CTRL_FIFO]);
	if (err) {
		dev_dbg_ratelimited(&vdev->dev,
				    "control message dropped: %d\n", err);
		return;
	}
	q->head++;
}

/*
 * Moves messages from the ring to the fifo while that has room; at most one
 * ring's worth, as a host may return buffers as fast as they are posted.
 *
 * The host may have lost messages if at some time it had used all buffers.
 * Then, as each is posted again when it is taken, at least that many are taken
 * before the ring is seen empty. If the budget ends it, that is so as well, and
 * the work goes on from here.
 */
static void vser_ctrl_drain(struct vser_ctrl_queue *q)
{
	struct virtqueue *vq = q->vqs->ctrl_in;
	unsigned int budget = q->nr_posted;
	bool was_lost = q->lost;
	bool posted = false;
	void *data;
	u32 len;

	lockdep_assert_held(&q->lock);

	for (; budget && !vser_ctrl_fifo_is_full(q); budget--) {
		data = virtqueue_get_buf(vq, &len);
		if (!data) {
			q->in_run = 0;
			break;
		}
		q->nr_posted--;
		vser_ctrl_take(q, data, len);
		vser_ctrl_post(q, data);
		posted = true;
		if (++q->in_run >= q->nr_posted)
			q->lost = true;
	}
	if (posted)
		virtqueue_kick(vq);
	if (q->head != q->tail || (q->lost && !was_lost))
		vser_ctrl_queue_wake(q);
}

static void vser_ctrl_set(struct vser_ctrl_queue *q,
			  struct virtio_console_control *msg,
			  u32 id, u16 event, u16 value)
{
	struct virtio_device *vdev = q->vqs->vdev;

	msg->id = cpu_to_virtio32(vdev, id);
	msg->event = cpu_to_virtio16(vdev, event);
	msg->value = cpu_to_virtio16(vdev, value);
}

/* The next message that is owed about port @id, which owes at least one. */
static void vser_ctrl_next_of(struct vser_ctrl_queue *q, u32 id,
			      struct virtio_console_control *msg)
{
	u16 event, value;

	event = vser_ctrl_pay(&q->owed[id], &value);
	vser_ctrl_set(q, msg, id, event, value);
	if (!vser_ctrl_owes(&q->owed[id]))
		__clear_bit(id, q->owing);
}

/* Takes one message off what is owed. Return: false if there is none. */
static bool vser_ctrl_next_owed(struct vser_ctrl_queue *q,
				struct virtio_console_control *msg)
{
	u32 nr = q->vqs->nr_ports;
	u32 id;

	if (q->device_ready) {
		q->device_ready = false;
		vser_ctrl_set(q, msg, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
		return true;
	}
	id = find_next_bit(q->owing, nr, q->cursor);
	if (id >= nr)
		id = find_first_bit(q->owing, nr);
	if (id >= nr)
		return false;
	q->cursor = id + 1;
	vser_ctrl_next_of(q, id, msg);
	return true;
}

/* The message to send next: one that could not be sent before, or a new one. */
static struct virtio_console_control *vser_ctrl_next_out(struct vser_ctrl_queue *q)
{
	unsigned int i = find_first_zero_bit(&q->out_busy, q->nr_out);

	if (q->unsent)
		return q->unsent;
	if (i >= q->nr_out || !vser_ctrl_next_owed(q, &q->out[i]))
		return NULL;
	return &q->out[i];
}

/* Whether all that was sent has been read, and its answers handled. */
static bool vser_ctrl_is_settled(const struct vser_ctrl_queue *q)
{
	return !q->out_busy && !q->unsent && q->head == q->tail &&
	       bitmap_empty(q->owing, q->vqs->nr_ports);
}

/*
 * Sends what is owed, as far as the device has read what was sent before. By
 * then its answers are in the ring; they are taken out first.
 */
static void vser_ctrl_pump(struct vser_ctrl_queue *q)
{
	struct virtqueue *vq = q->vqs->ctrl_out;
	struct virtio_console_control *msg;
	struct scatterlist sg;
	bool sent = false;
	u32 len;

	lockdep_assert_held(&q->lock);
	if (!q->running)
		return;

	while ((msg = virtqueue_get_buf(vq, &len)))
		__clear_bit(msg - q->out, &q->out_busy);
	vser_ctrl_drain(q);
	if (vser_ctrl_fifo_is_full(q))
		return;

	while ((msg = vser_ctrl_next_out(q))) {
		sg_init_one(&sg, msg, sizeof(*msg));
		q->unsent = msg;
		if (virtqueue_add_outbuf(vq, &sg, 1, msg, GFP_ATOMIC))
			break;
		q->unsent = NULL;
		__set_bit(msg - q->out, &q->out_busy);
		sent = true;
	}
	if (sent)
		virtqueue_kick(vq);
	if (q->asking && !q->lost && vser_ctrl_is_settled(q))
		vser_ctrl_queue_wake(q);
}

/**
 * vser_ctrl_done - the host has sent control messages, or read some
 * @vq: one of the control queues
 *
 * Context: irq.
 */
void vser_ctrl_done(struct virtqueue *vq)
{
	struct vser_vqs *vqs = vq->vdev->priv;
	unsigned long flags;

	spin_lock_irqsave(&vqs->ctrl_queue->lock, flags);
	vser_ctrl_pump(vqs->ctrl_queue);
	spin_unlock_irqrestore(&vqs->ctrl_queue->lock, flags);
}

/**
 * vser_ctrl_queue_next - take the oldest message of the host
 * @q: the control queues
 * @msg: where it goes
 *
 * Return: true if there was one.
 */
bool vser_ctrl_queue_next(struct vser_ctrl_queue *q, struct vser_ctrl_msg *msg)
{
	bool found = false;

	spin_lock_irq(&q->lock);
	if (q->running && q->head != q->tail) {
		*msg = q->fifo[q->tail++ % VSER_CTRL_FIFO];
		found = true;
		vser_ctrl_pump(q);
	}
	spin_unlock_irq(&q->lock);
	return found;
}

/**
 * vser_ctrl_queue_lost - whether to ask for messages that may have been lost
 * @q: the control queues
 *
 * Not before all that came earlier is handled: a PORT_OPEN from before the loss
 * must not pass for an answer. If there is such a message the work is queued.
 *
 * Return: true if so, until vser_ctrl_queue_ask() is called.
 */
bool vser_ctrl_queue_lost(struct vser_ctrl_queue *q)
{
	bool lost;

	spin_lock_irq(&q->lock);
	vser_ctrl_pump(q);
	lost = q->running && q->lost && q->head == q->tail;
	spin_unlock_irq(&q->lock);
	return lost;
}

/**
 * vser_ctrl_queue_lose - a message was taken, but could not be obeyed
 * @q: the control queues
 *
 * Memory was short; the host is asked again.
 */
void vser_ctrl_queue_lose(struct vser_ctrl_queue *q)
{
	spin_lock_irq(&q->lock);
	q->lost = true;
	spin_unlock_irq(&q->lock);
}

/**
 * vser_ctrl_queue_ask - begin to ask the host for what may have been lost
 * @q: the control queues
 *
 * The caller owes a PORT_READY for all ports now.
 */
void vser_ctrl_queue_ask(struct vser_ctrl_queue *q)
{
	spin_lock_irq(&q->lock);
	q->lost = false;
	q->asking = true;
	spin_unlock_irq(&q->lock);
}

/**
 * vser_ctrl_queue_answered - whether the host has answered all we have asked
 * @q: the control queues
 *
 * Return: true once after vser_ctrl_queue_ask(), when all was sent, read and
 * its answers taken, and none can have been lost.
 */
bool vser_ctrl_queue_answered(struct vser_ctrl_queue *q)
{
	bool answered;

	spin_lock_irq(&q->lock);
	vser_ctrl_pump(q);
	answered = q->running && q->asking && !q->lost &&
		   vser_ctrl_is_settled(q);
	if (answered)
		q->asking = false;
	spin_unlock_irq(&q->lock);
	return answered;
}

/**
 * vser_ctrl_queue_ready - tell the host whether a port is set up
 * @q: the control queues
 * @id: the port's number
 * @value: true if it is, false if it can't be
 */
void vser_ctrl_queue_ready(struct vser_ctrl_queue *q, u32 id, bool value)
{
	spin_lock_irq(&q->lock);
	vser_ctrl_owe_ready(&q->owed[id], value);
	__set_bit(id, q->owing);
	vser_ctrl_pump(q);
	spin_unlock_irq(&q->lock);
}

/**
 * vser_ctrl_queue_open - tell the host that the guest has opened or closed
 * @q: the control queues
 * @id: the port's number
 * @open: which of the two; calls alternate
 *
 * Context: any; pair->lock may be held.
 */
void vser_ctrl_queue_open(struct vser_ctrl_queue *q, u32 id, bool open)
{
	unsigned long flags;
	bool alternates;

	spin_lock_irqsave(&q->lock, flags);
	alternates = vser_ctrl_owe_open(&q->owed[id], open);
	WARN_ON_ONCE(!alternates);
	if (vser_ctrl_owes(&q->owed[id]))
		__set_bit(id, q->owing);
	vser_ctrl_pump(q);
	spin_unlock_irqrestore(&q->lock, flags);
}

/**
 * vser_ctrl_queue_forget - a port has gone, so has what was owed about it
 * @q: the control queues
 * @id: the port's number
 */
void vser_ctrl_queue_forget(struct vser_ctrl_queue *q, u32 id)
{
	spin_lock_irq(&q->lock);
	memset(&q->owed[id], 0, sizeof(q->owed[id]));
	__clear_bit(id, q->owing);
	spin_unlock_irq(&q->lock);
}

/**
 * vser_ctrl_queue_init - allocate
 * @q: zeroed memory
 * @vqs: the device's queues, not found yet
 * @work: to be queued when there is something to handle
 *
 * Return: 0 or -ENOMEM.
 */
int vser_ctrl_queue_init(struct vser_ctrl_queue *q, struct vser_vqs *vqs,
			 struct work_struct *work)
{
	spin_lock_init(&q->lock);
	q->vqs = vqs;
	q->work = work;
	q->out = kcalloc(VSER_CTRL_OUT_MAX, sizeof(*q->out), GFP_KERNEL);
	q->owed = kvcalloc(vqs->nr_ports, sizeof(*q->owed), GFP_KERNEL);
	q->owing = bitmap_zalloc(vqs->nr_ports, GFP_KERNEL);
	if (!q->out || !q->owed || !q->owing) {
		vser_ctrl_queue_exit(q);
		return -ENOMEM;
	}
	return 0;
}

/**
 * vser_ctrl_queue_exit - free what init and start have allocated
 * @q: queues that the device does not use: stopped and reset, or never started
 */
void vser_ctrl_queue_exit(struct vser_ctrl_queue *q)
{
	while (q->nr_in)
		kfree(q->in[--q->nr_in]);
	bitmap_free(q->owing);
	kvfree(q->owed);
	kfree(q->out);
}

/* What was under way is void: the device has been reset, or is a new one. */
static void vser_ctrl_queue_reset(struct vser_ctrl_queue *q)
{
	u32 id;

	q->tail = q->head;
	q->nr_posted = 0;
	q->in_run = 0;
	q->out_busy = 0;
	q->unsent = NULL;
	bitmap_zero(q->owing, q->vqs->nr_ports);
	for (id = 0; id < q->vqs->nr_ports; id++)
		vser_ctrl_owe_anew(&q->owed[id]);
}

/**
 * vser_ctrl_queue_start - give the host buffers and say DEVICE_READY
 * @q: the control queues; the virtqueues exist and the device is ready
 *
 * Return: 0, or -ENOMEM without enough buffers.
 */
int vser_ctrl_queue_start(struct vser_ctrl_queue *q)
{
	unsigned int i, max;

	max = min_t(unsigned int, VSER_CTRL_IN_MAX,
		    virtqueue_get_vring_size(q->vqs->ctrl_in));
	for (i = q->nr_in; i < max; i++) {
		q->in[i] = kmalloc(VSER_CTRL_MSG_MAX, GFP_KERNEL);
		if (!q->in[i])
			break;
		q->nr_in++;
	}
	if (q->nr_in < min_t(unsigned int, VSER_CTRL_IN_MIN, max))
		return -ENOMEM;

	spin_lock_irq(&q->lock);
	vser_ctrl_queue_reset(q);
	for (i = 0; i < q->nr_in; i++)
		vser_ctrl_post(q, q->in[i]);
	virtqueue_kick(q->vqs->ctrl_in);
	/* A message of ours has up to three answers. */
	q->nr_out = clamp_t(unsigned int, q->nr_in / 4, 1, VSER_CTRL_OUT_MAX);
	q->nr_out = min(q->nr_out, virtqueue_get_vring_size(q->vqs->ctrl_out));
	q->device_ready = true;
	q->running = true;
	vser_ctrl_pump(q);
	spin_unlock_irq(&q->lock);
	return 0;
}

/**
 * vser_ctrl_queue_stop - neither take nor send anything any more
 * @q: the control queues
 */
void vser_ctrl_queue_stop(struct vser_ctrl_queue *q)
{
	spin_lock_irq(&q->lock);
	q->running = false;
	spin_unlock_irq(&q->lock);
}
