// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A virtio device without a bus behind it: registers are members, interrupts are
 * calls. These run in the context of who asks for them, with interrupts off, so
 * that KCOV counts for the caller what the driver does in them.
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>

#include "compat.h"
#include "device.h"
#include "ring.h"
#include "vser_device.h"

/* What the module can do, and lies that the driver may be told. */
#define VSERDEV_FEATURES	(BIT_ULL(VIRTIO_CONSOLE_F_SIZE) | \
				 BIT_ULL(VIRTIO_CONSOLE_F_MULTIPORT) | \
				 BIT_ULL(VIRTIO_CONSOLE_F_EMERG_WRITE) | \
				 BIT_ULL(VIRTIO_F_ANY_LAYOUT) | \
				 BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | \
				 BIT_ULL(VIRTIO_F_VERSION_1))
#define VSERDEV_RING_MAX	1024
#define VSERDEV_QUEUES_MAX	32768

static struct vserdev *vserdev_of(struct virtio_device *vdev)
{
	return container_of(vdev, struct vserdev, vdev);
}

static void vserdev_wake(struct vserdev *dev)
{
	atomic_inc(&dev->events);
	wake_up_all(&dev->wait);
}

static void vserdev_get(struct virtio_device *vdev, unsigned int offset,
			void *buf, unsigned int len)
{
	struct vserdev *dev = vserdev_of(vdev);
	struct virtio_console_config config = {
		.cols = cpu_to_virtio16(vdev, READ_ONCE(dev->cols)),
		.rows = cpu_to_virtio16(vdev, READ_ONCE(dev->rows)),
		.max_nr_ports = cpu_to_virtio32(vdev, READ_ONCE(dev->max_nr_ports)),
	};

	memset(buf, 0, len);
	if (offset < sizeof(config))
		memcpy(buf, (char *)&config + offset,
		       min_t(size_t, len, sizeof(config) - offset));
}

/* The configuration is read-only but for emerg_wr, a character a write. */
static void vserdev_set(struct virtio_device *vdev, unsigned int offset,
			const void *buf, unsigned int len)
{
	struct vserdev *dev = vserdev_of(vdev);
	unsigned long flags;
	__virtio32 value;

	if (offset != offsetof(struct virtio_console_config, emerg_wr) ||
	    len != sizeof(value))
		return;
	memcpy(&value, buf, len);
	raw_spin_lock_irqsave(&dev->emergency_lock, flags);
	if (dev->emergency_length < sizeof(dev->emergency))
		dev->emergency[dev->emergency_length] =
			virtio32_to_cpu(vdev, value);
	dev->emergency_length++;
	raw_spin_unlock_irqrestore(&dev->emergency_lock, flags);
}

static u8 vserdev_get_status(struct virtio_device *vdev)
{
	struct vserdev *dev = vserdev_of(vdev);
	u8 status = READ_ONCE(dev->status) | READ_ONCE(dev->claimed);

	return dev->refuses ? status & ~VIRTIO_CONFIG_S_FEATURES_OK : status;
}

static void vserdev_set_status(struct virtio_device *vdev, u8 status)
{
	WRITE_ONCE(vserdev_of(vdev)->status, status);
}

/*
 * From here on the rings and what is in them are the driver's alone. A lie about
 * the status ends here: the core warns of a device that is not reset then.
 */
static void vserdev_reset(struct virtio_device *vdev)
{
	struct vserdev *dev = vserdev_of(vdev);
	unsigned int i;

	mutex_lock(&dev->lock);
	for (i = 0; i < dev->nr_rings; i++)
		dev->rings[i].vq = NULL;
	mutex_unlock(&dev->lock);
	WRITE_ONCE(dev->status, 0);
	WRITE_ONCE(dev->claimed, 0);
	vserdev_wake(dev);
}

static void vserdev_del_vqs(struct virtio_device *vdev)
{
	struct vserdev *dev = vserdev_of(vdev);
	struct virtqueue *vq, *next;

	mutex_lock(&dev->lock);
	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		vring_del_virtqueue(vq);
	while (dev->nr_rings)
		vserdev_ring_exit(&dev->rings[--dev->nr_rings]);
	kvfree(dev->rings);
	dev->rings = NULL;
	mutex_unlock(&dev->lock);
	vserdev_wake(dev);
}

static bool vserdev_notify(struct virtqueue *vq)
{
	vserdev_wake(vserdev_of(vq->vdev));
	return true;
}

static int vserdev_add_vq(struct vserdev *dev, vq_callback_t *callback,
			  const char *name, struct virtqueue **vq)
{
	unsigned int index = dev->nr_rings;
	int err;

	*vq = vring_create_virtqueue(index, dev->ring_size, PAGE_SIZE,
				     &dev->vdev, true, false, false,
				     vserdev_notify, callback, name);
	if (!*vq)
		return -ENOMEM;
	err = vserdev_ring_init(&dev->rings[index], *vq);
	dev->nr_rings++;
	return err;
}

static int vserdev_find_vqs(struct virtio_device *vdev, unsigned int nr,
			    struct virtqueue *vqs[],
			    struct virtqueue_info infos[])
{
	struct vserdev *dev = vserdev_of(vdev);
	unsigned int i;
	int err = -ENOMEM;

	if (nr > dev->max_queues)
		return -ENOENT;
	mutex_lock(&dev->lock);
	dev->rings = kvcalloc(nr, sizeof(*dev->rings), GFP_KERNEL);
	for (i = 0; dev->rings && i < nr; i++) {
		err = vserdev_add_vq(dev, infos[i].callback, infos[i].name,
				     &vqs[i]);
		if (err)
			break;
	}
	mutex_unlock(&dev->lock);
	if (err)
		vserdev_del_vqs(vdev);
	return err;
}

/* 6.11 merged the parallel arrays into one. */
#ifdef HAVE_VIRTQUEUE_INFO
static int vserdev_find(struct virtio_device *vdev, unsigned int nr,
			struct virtqueue *vqs[], struct virtqueue_info infos[],
			struct irq_affinity *desc)
{
	return vserdev_find_vqs(vdev, nr, vqs, infos);
}
#else
static int vserdev_find(struct virtio_device *vdev, unsigned int nr,
			struct virtqueue *vqs[], vq_callback_t *callbacks[],
			const char *const names[], const bool *ctx,
			struct irq_affinity *desc)
{
	struct virtqueue_info *infos;
	unsigned int i;
	int err;

	infos = kvcalloc(nr, sizeof(*infos), GFP_KERNEL);
	if (!infos)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		infos[i].name = names[i];
		infos[i].callback = callbacks[i];
	}
	err = vserdev_find_vqs(vdev, nr, vqs, infos);
	kvfree(infos);
	return err;
}
#endif

static u64 vserdev_get_features(struct virtio_device *vdev)
{
	return vserdev_of(vdev)->features;
}

static int vserdev_finalize_features(struct virtio_device *vdev)
{
	vring_transport_features(vdev);
	return 0;
}

static const char *vserdev_bus_name(struct virtio_device *vdev)
{
	return KBUILD_MODNAME;
}

static const struct virtio_config_ops vserdev_config_ops = {
	.get = vserdev_get,
	.set = vserdev_set,
	.get_status = vserdev_get_status,
	.set_status = vserdev_set_status,
	.reset = vserdev_reset,
	.find_vqs = vserdev_find,
	.del_vqs = vserdev_del_vqs,
	.get_features = vserdev_get_features,
	.finalize_features = vserdev_finalize_features,
	.bus_name = vserdev_bus_name,
};

/**
 * vserdev_alloc - make a device that is not created yet
 *
 * Return: the device or NULL.
 */
struct vserdev *vserdev_alloc(void)
{
	struct vserdev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	mutex_init(&dev->plug);
	mutex_init(&dev->lock);
	raw_spin_lock_init(&dev->emergency_lock);
	init_completion(&dev->released);
	init_waitqueue_head(&dev->wait);
	return dev;
}

/**
 * vserdev_free - undo vserdev_alloc(), and vserdev_create() if that was called
 * @dev: the device; nobody else uses it
 *
 * Waits for those who still refer to it.
 */
void vserdev_free(struct vserdev *dev)
{
	vserdev_remove(dev, false);
	if (dev->created) {
		put_device(&dev->vdev.dev);
		wait_for_completion(&dev->released);
	}
	kfree(dev);
}

static void vserdev_release(struct device *device)
{
	struct virtio_device *vdev = container_of(device, struct virtio_device,
						  dev);

	complete(&vserdev_of(vdev)->released);
}

static int vserdev_register(struct vserdev *dev, struct device *parent)
{
	int err;

	dev->vdev.id.device = VIRTIO_ID_CONSOLE;
	dev->vdev.config = &vserdev_config_ops;
	dev->vdev.dev.parent = parent;
	dev->vdev.dev.release = vserdev_release;
	dev->created = true;
	err = register_virtio_device(&dev->vdev);
	dev->plugged = !err;
	return err;
}

static bool vserdev_can_have(u32 queues, u32 ring_size)
{
	return queues <= VSERDEV_QUEUES_MAX && is_power_of_2(ring_size) &&
	       ring_size <= VSERDEV_RING_MAX;
}

/**
 * vserdev_create - plug the device in, once
 * @dev: the device
 * @parent: in the tree of devices
 * @arg: of the call; what is returned is filled in
 *
 * Return: 0 or an error of the call.
 */
int vserdev_create(struct vserdev *dev, struct device *parent,
		   struct vser_device_create *arg)
{
	int err = -EBUSY;

	if (arg->features & ~VSERDEV_FEATURES)
		return -EOPNOTSUPP;
	if (!vserdev_can_have(arg->queues, arg->ring_size) || arg->__reserved)
		return -EINVAL;

	mutex_lock(&dev->plug);
	if (!dev->created) {
		dev->features = arg->features;
		dev->ring_size = arg->ring_size;
		dev->max_queues = arg->queues;
		dev->max_nr_ports = arg->max_nr_ports;
		dev->cols = arg->cols;
		dev->rows = arg->rows;
		err = vserdev_register(dev, parent);
		arg->index = dev->vdev.index;
	}
	mutex_unlock(&dev->plug);
	return err;
}

/**
 * vserdev_remove - unplug the device
 * @dev: the device
 * @broken: it does nothing any more, and then the driver hears of it
 *
 * Return: 0, -ENXIO if it is not plugged.
 */
int vserdev_remove(struct vserdev *dev, bool broken)
{
	int err = -ENXIO;

	mutex_lock(&dev->plug);
	if (dev->plugged) {
		if (broken)
			virtio_break_device(&dev->vdev);
		/* The last reference is put by vserdev_free(). */
		get_device(&dev->vdev.dev);
		unregister_virtio_device(&dev->vdev);
		dev->plugged = false;
		err = 0;
	}
	mutex_unlock(&dev->plug);
	return err;
}

/**
 * vserdev_sleep - what the bus does with the device in a suspend
 * @dev: the device
 *
 * Return: 0, -ENXIO if it is not plugged, what the driver says.
 */
int vserdev_sleep(struct vserdev *dev)
{
	int err = -ENXIO;

	mutex_lock(&dev->plug);
	if (dev->plugged)
		err = virtio_device_freeze(&dev->vdev);
	mutex_unlock(&dev->plug);
	return err;
}

/**
 * vserdev_wake_up - what the bus does with it afterwards
 * @dev: the device
 * @arg: of the call
 *
 * Return: 0, -EINVAL, -ENXIO if it is not plugged, what the driver says.
 */
int vserdev_wake_up(struct vserdev *dev, const struct vser_device_wake *arg)
{
	int err = -ENXIO;

	if (!vserdev_can_have(arg->queues, arg->ring_size))
		return -EINVAL;
	mutex_lock(&dev->plug);
	if (dev->plugged) {
		dev->max_queues = arg->queues;
		dev->ring_size = arg->ring_size;
		dev->refuses = arg->flags & VSER_DEVICE_WAKE_REFUSES;
		err = virtio_device_restore(&dev->vdev);
	}
	mutex_unlock(&dev->plug);
	return err;
}

/**
 * vserdev_configure - look at, or change, configuration and status
 * @dev: the device
 * @arg: of the call; what is returned is filled in
 *
 * Return: 0, -EINVAL, -ENXIO if it is not plugged.
 */
int vserdev_configure(struct vserdev *dev, struct vser_device_config *arg)
{
	int err = -ENXIO;

	if (arg->claimed > U8_MAX)
		return -EINVAL;
	if (arg->flags & VSER_DEVICE_CONFIG_SET) {
		WRITE_ONCE(dev->max_nr_ports, arg->max_nr_ports);
		WRITE_ONCE(dev->cols, arg->cols);
		WRITE_ONCE(dev->rows, arg->rows);
		WRITE_ONCE(dev->claimed, arg->claimed);
	}
	mutex_lock(&dev->plug);
	if (dev->plugged) {
		if (arg->flags & VSER_DEVICE_CONFIG_INTERRUPT)
			virtio_config_changed(&dev->vdev);
		arg->status = READ_ONCE(dev->status);
		arg->features = dev->vdev.features;
		err = 0;
	}
	mutex_unlock(&dev->plug);
	return err;
}

/**
 * vserdev_emergency - take what the driver has written to emerg_wr
 * @dev: the device
 * @arg: of the call; what is returned is filled in
 *
 * Return: 0, -ENOMEM, -EFAULT.
 */
int vserdev_emergency(struct vserdev *dev, struct vser_device_emergency *arg)
{
	char *copy = kmalloc(sizeof(dev->emergency), GFP_KERNEL);
	int err = 0;
	u32 n;

	if (!copy)
		return -ENOMEM;
	raw_spin_lock_irq(&dev->emergency_lock);
	arg->length = dev->emergency_length;
	memcpy(copy, dev->emergency, sizeof(dev->emergency));
	dev->emergency_length = 0;
	raw_spin_unlock_irq(&dev->emergency_lock);

	n = min3(arg->length, arg->data_size, (u32)sizeof(dev->emergency));
	if (copy_to_user(u64_to_user_ptr(arg->data), copy, n))
		err = -EFAULT;
	kfree(copy);
	return err;
}

/**
 * vserdev_ring - a queue that the driver has set up
 * @dev: the device; its lock is held
 * @queue: the queue's number
 *
 * Return: the ring, or an ERR_PTR: -ENXIO.
 */
struct vserdev_ring *vserdev_ring(struct vserdev *dev, u32 queue)
{
	lockdep_assert_held(&dev->lock);
	if (queue >= dev->nr_rings || !dev->rings[queue].vq)
		return ERR_PTR(-ENXIO);
	return &dev->rings[queue];
}

/**
 * vserdev_interrupt - what the transport does when a queue's interrupt comes
 * @dev: the device; its lock is held
 * @ring: the queue
 */
void vserdev_interrupt(struct vserdev *dev, struct vserdev_ring *ring)
{
	unsigned long flags;

	lockdep_assert_held(&dev->lock);
	local_irq_save(flags);
	vring_interrupt(0, ring->vq);
	local_irq_restore(flags);
}
