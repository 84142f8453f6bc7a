/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtio device: what its bus asks of it, and what its maker does to it. */
#ifndef VSERDEV_DEVICE_H
#define VSERDEV_DEVICE_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/wait.h>

struct vser_device_config;
struct vser_device_emergency;
struct vser_device_create;
struct vser_device_wake;
struct vserdev_ring;

#define VSERDEV_EMERGENCY 8192

/**
 * struct vserdev - a device; each open file has one
 * @vdev: as the bus knows it, from create on
 * @plug: protects @created and @plugged; outside of the locks of the bus
 * @created: @vdev was initialised
 * @plugged: @vdev is registered
 * @released: nobody refers to @vdev any more
 * @lock: protects @nr_rings, @rings and what they point at; the driver's
 *        callbacks run with it held, as if it were an interrupt that is off; the
 *        driver's probe and remove take it
 * @nr_rings: queues that the driver has set up
 * @rings: these
 * @events: changes when somebody who waits should look again
 * @wait: who waits for a buffer
 * @features: fixed
 * @ring_size: as the driver's probe, and its restore, find it
 * @max_queues: the same
 * @refuses: the features, when its driver's restore is to come
 * @max_nr_ports: the configuration; one word each, read and written at any time
 * @cols: the same
 * @rows: the same
 * @status: what the driver has set; the same
 * @claimed: what we set besides; the same
 * @emergency_lock: protects the next two
 * @emergency_length: characters that were written to emerg_wr
 * @emergency: those of them that fit
 */
struct vserdev {
	struct virtio_device vdev;

	struct mutex plug;
	bool created;
	bool plugged;
	struct completion released;

	struct mutex lock;
	unsigned int nr_rings;
	struct vserdev_ring *rings;
	atomic_t events;
	wait_queue_head_t wait;

	u64 features;
	u32 ring_size;
	u32 max_queues;
	bool refuses;

	u32 max_nr_ports;
	u16 cols;
	u16 rows;
	u8 status;
	u8 claimed;

	raw_spinlock_t emergency_lock;
	u32 emergency_length;
	char emergency[VSERDEV_EMERGENCY];
};

struct vserdev *vserdev_alloc(void);
void vserdev_free(struct vserdev *dev);
int vserdev_create(struct vserdev *dev, struct device *parent,
		   struct vser_device_create *arg);
int vserdev_remove(struct vserdev *dev, bool broken);
int vserdev_sleep(struct vserdev *dev);
int vserdev_wake_up(struct vserdev *dev, const struct vser_device_wake *arg);
int vserdev_emergency(struct vserdev *dev, struct vser_device_emergency *arg);
int vserdev_configure(struct vserdev *dev, struct vser_device_config *arg);
struct vserdev_ring *vserdev_ring(struct vserdev *dev, u32 queue);
void vserdev_interrupt(struct vserdev *dev, struct vserdev_ring *ring);

#endif /* VSERDEV_DEVICE_H */
