/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's half of a split ring, in the driver's own memory. The caller
 * excludes all other users of the queue.
 */
#ifndef VSERDEV_RING_H
#define VSERDEV_RING_H

#include <linux/types.h>
#include <linux/virtio.h>
#include <uapi/linux/virtio_ring.h>

struct vser_device_give;
struct vser_device_poke;
struct vser_device_take;

/**
 * struct vserdev_ring - a queue as the device sees it
 * @vq: the driver's queue; NULL without one, and since a reset
 * @ring: where its parts are
 * @next: the entry of the available ring to take next
 * @held: ids that were taken and not given back
 * @lied: the driver may have got back a buffer that is in @held or will be
 */
struct vserdev_ring {
	struct virtqueue *vq;
	struct vring ring;
	u16 next;
	unsigned long *held;
	bool lied;
};

int vserdev_ring_init(struct vserdev_ring *r, struct virtqueue *vq);
void vserdev_ring_exit(struct vserdev_ring *r);
int vserdev_ring_take(struct vserdev_ring *r, struct vser_device_take *arg);
int vserdev_ring_give(struct vserdev_ring *r, const struct vser_device_give *arg,
		      bool *interrupt);
int vserdev_ring_poke(struct vserdev_ring *r, const struct vser_device_poke *arg);

#endif /* VSERDEV_RING_H */
