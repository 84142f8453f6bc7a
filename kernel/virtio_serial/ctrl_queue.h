/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two control queues of a device: messages as values in, messages owed out.
 *
 * A device drops a message for which it finds no buffer (QEMU's queue has 32),
 * and it may as well never read ours. Hence:
 *
 * - What the host says is copied and its buffer posted again at once, in the
 *   interrupt. Parsed messages wait in a fifo of fixed size for the work.
 * - What we have to say is not queued but noted, a few bits per port number, so
 *   memory and time are bounded whatever the host does. So few messages are
 *   under way that their answers find room.
 * - If the host may have found the queue full all the same, "lost" says so.
 *
 * Nobody waits for the host here.
 */
#ifndef VSER_CTRL_QUEUE_H
#define VSER_CTRL_QUEUE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "ctrl_msg.h"

struct virtio_console_control;
struct virtqueue;
struct vser_ctrl_owed;
struct vser_vqs;
struct work_struct;

/* Most buffers for the host's messages; QEMU's queue has 32. */
#define VSER_CTRL_IN_MAX 64

/* Fewest: a message of ours has up to three answers, and they come at once. */
#define VSER_CTRL_IN_MIN 4

/* Messages of ours under way. */
#define VSER_CTRL_OUT_MAX 8

/* Parsed messages that may wait for the work; a power of two. */
#define VSER_CTRL_FIFO 128

/**
 * struct vser_ctrl_queue - control queues of a device
 * @lock: protects all below and both rings; taken in irq context; a leaf
 * @vqs: the queues; fixed
 * @work: queued when the fifo has something, or a message was lost; fixed
 * @running: between start and stop; may be started again after the device has
 *           been reset
 * @fifo: messages that wait for the work
 * @head: where the next message goes, modulo VSER_CTRL_FIFO
 * @tail: the oldest message, modulo VSER_CTRL_FIFO
 * @in: buffers for the host's messages
 * @nr_in: their number
 * @nr_posted: how many of them the device has
 * @in_run: messages taken since the queue was last seen empty
 * @lost: the host may have seen the queue full
 * @asking: the host is being asked for what may have been lost
 * @out: our messages, memory the device reads
 * @out_busy: bit per element of @out that the device has
 * @unsent: an element of @out for which there was no memory yet, or NULL
 * @nr_out: elements of @out in use
 * @device_ready: DEVICE_READY is owed
 * @owed: by port number
 * @owing: bit per port number for which something is owed
 * @cursor: port number to look at next, for fairness
 */
struct vser_ctrl_queue {
	spinlock_t lock;
	struct vser_vqs *vqs;
	struct work_struct *work;
	bool running;

	struct vser_ctrl_msg fifo[VSER_CTRL_FIFO];
	unsigned int head;
	unsigned int tail;

	void *in[VSER_CTRL_IN_MAX];
	unsigned int nr_in;
	unsigned int nr_posted;
	unsigned int in_run;
	bool lost;
	bool asking;

	struct virtio_console_control *out;
	unsigned long out_busy;
	struct virtio_console_control *unsent;
	unsigned int nr_out;

	bool device_ready;
	struct vser_ctrl_owed *owed;
	unsigned long *owing;
	u32 cursor;
};

int vser_ctrl_queue_init(struct vser_ctrl_queue *q, struct vser_vqs *vqs,
			 struct work_struct *work);
void vser_ctrl_queue_exit(struct vser_ctrl_queue *q);
int vser_ctrl_queue_start(struct vser_ctrl_queue *q);
void vser_ctrl_queue_stop(struct vser_ctrl_queue *q);

bool vser_ctrl_queue_next(struct vser_ctrl_queue *q, struct vser_ctrl_msg *msg);
bool vser_ctrl_queue_lost(struct vser_ctrl_queue *q);
void vser_ctrl_queue_lose(struct vser_ctrl_queue *q);
void vser_ctrl_queue_ask(struct vser_ctrl_queue *q);
void vser_ctrl_queue_wake(struct vser_ctrl_queue *q);
bool vser_ctrl_queue_answered(struct vser_ctrl_queue *q);
void vser_ctrl_queue_ready(struct vser_ctrl_queue *q, u32 id, bool value);
void vser_ctrl_queue_open(struct vser_ctrl_queue *q, u32 id, bool open);
void vser_ctrl_queue_forget(struct vser_ctrl_queue *q, u32 id);

void vser_ctrl_done(struct virtqueue *vq);

#endif /* VSER_CTRL_QUEUE_H */
