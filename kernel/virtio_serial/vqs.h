/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtqueues of one device: a pair for each port, a pair for control.
 *
 * A pair's queues live as long as the device, not as long as the port that uses
 * them.
 * The host may unplug a port at any time, but buffers once posted belong to the
 * device until it returns them or is reset. They stay in the pair's rings when
 * the port goes; a port plugged in later under the same number inherits them.
 *
 * The memory is reference counted, because an open file of a port may outlive
 * the device. The queues do not outlive it: they become NULL. So they do while
 * the device sleeps (suspend.c); then the pair keeps the buffers.
 */
#ifndef VSER_VQS_H
#define VSER_VQS_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/virtio.h>

#include "tx_window.h"

struct vser_ctrl_queue;
struct vser_port;

/**
 * struct vser_pair - the two queues of a port number
 * @lock: protects all members, both rings, and the state of @port; taken in
 *        irq context; inside it: vser_ctrl_queue::lock, the locks of the
 *        port's wait queue and fasync list
 * @in_vq: host to guest; NULL while the device sleeps, and once it is gone
 * @out_vq: guest to host; the same
 * @port: who uses the pair now, or NULL; only vser_ctrl::work changes it, and
 *        whoever has stopped that
 * @rx_posted: buffers the device has for its data
 * @rx_armed: the device calls back when it returns a buffer of @in_vq
 * @rx_kept: buffers to be posted when the device is awake again
 * @tx: buffers under way to the host
 * @tx_armed: the device will call back when it returns a buffer
 * @tx_paused: nothing is posted: the device is to sleep, or sleeps, or has not
 *             said since whether the host is still there. While @port is set,
 *             true if @out_vq is NULL
 * @tx_kept: those of @tx that are to be posted again, oldest first
 */
struct vser_pair {
	spinlock_t lock;
	struct virtqueue *in_vq;
	struct virtqueue *out_vq;
	struct vser_port *port;
	unsigned int rx_posted;
	bool rx_armed;
	struct list_head rx_kept;
	struct vser_tx_window tx;
	bool tx_armed;
	bool tx_paused;
	struct list_head tx_kept;
};

/**
 * struct vser_vqs - all queues of a device; vdev->priv points here
 * @ref: the device and each of its ports hold one
 * @vdev: valid as long as the queues are
 * @ctrl_queue: user of the control queues, set before the queues exist
 * @ctrl_in: messages of the host; NULL without MULTIPORT
 * @ctrl_out: messages to the host; the same
 * @index: the device's number, the N of vportNpM
 * @nr_ports: elements of @pairs
 * @pairs: by port number
 */
struct vser_vqs {
	struct kref ref;
	struct virtio_device *vdev;
	struct vser_ctrl_queue *ctrl_queue;
	struct virtqueue *ctrl_in;
	struct virtqueue *ctrl_out;
	u32 index;
	u32 nr_ports;
	struct vser_pair pairs[];
};

/**
 * struct vser_vqs_callbacks - who is called, in irq context, when the device
 * has used buffers
 * @rx_done: of a port's in_vq
 * @tx_done: of a port's out_vq
 * @ctrl_done: of either control queue
 */
struct vser_vqs_callbacks {
	void (*rx_done)(struct virtqueue *vq);
	void (*tx_done)(struct virtqueue *vq);
	void (*ctrl_done)(struct virtqueue *vq);
};

/* What a device may claim; QEMU's most is 511. */
#define VSER_PORTS_MAX 8192

struct vser_vqs *vser_vqs_alloc(struct virtio_device *vdev, u32 nr_ports);
void vser_vqs_get(struct vser_vqs *vqs);
void vser_vqs_put(struct vser_vqs *vqs);
bool vser_vqs_have_ctrl(const struct vser_vqs *vqs);
int vser_vqs_init(struct vser_vqs *vqs, const struct vser_vqs_callbacks *cbs);
bool vser_vqs_are_there(const struct vser_vqs *vqs);
void vser_vqs_drop(struct vser_vqs *vqs);
void vser_vqs_exit(struct vser_vqs *vqs);
struct vser_pair *vser_pair_of(struct virtqueue *vq);

#endif /* VSER_VQS_H */
