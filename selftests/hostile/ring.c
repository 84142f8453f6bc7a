// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading the available ring, writing the used ring. Without the feature
 * ACCESS_PLATFORM the addresses in a ring are physical.
 */

#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/virtio_config.h>

#include "ring.h"
#include "vser_device.h"

/**
 * vserdev_ring_init - begin to use a queue
 * @r: zeroed memory
 * @vq: the driver's new queue
 *
 * Return: 0 or -ENOMEM.
 */
int vserdev_ring_init(struct vserdev_ring *r, struct virtqueue *vq)
{
	r->ring.num = virtqueue_get_vring_size(vq);
	r->ring.desc = phys_to_virt(virtqueue_get_desc_addr(vq));
	r->ring.avail = phys_to_virt(virtqueue_get_avail_addr(vq));
	r->ring.used = phys_to_virt(virtqueue_get_used_addr(vq));
	r->held = bitmap_zalloc(r->ring.num, GFP_KERNEL);
	if (!r->held)
		return -ENOMEM;
	r->vq = vq;
	return 0;
}

/**
 * vserdev_ring_exit - free what init has allocated
 * @r: the ring
 */
void vserdev_ring_exit(struct vserdev_ring *r)
{
	bitmap_free(r->held);
}

/* Whether the module may touch the memory of a buffer. */
static bool is_ours(const struct vserdev_ring *r, u32 id)
{
	return !r->lied && id < r->ring.num && test_bit(id, r->held);
}

/**
 * struct segment - what one descriptor of a chain describes
 * @data: the memory
 * @len: its size
 * @writable: by the device; else it may read only
 */
struct segment {
	void *data;
	u32 len;
	bool writable;
};

/*
 * Goes through a chain: *at is the descriptor to look at, *left how many may
 * come at most. Return: false at the end.
 */
static bool next_segment(const struct vserdev_ring *r, u16 *at,
			 unsigned int *left, struct segment *segment)
{
	struct virtio_device *vdev = r->vq->vdev;
	const struct vring_desc *desc;
	u16 flags;

	if (!*left || *at >= r->ring.num)
		return false;
	desc = &r->ring.desc[*at];
	flags = virtio16_to_cpu(vdev, desc->flags);
	segment->data = phys_to_virt(virtio64_to_cpu(vdev, desc->addr));
	segment->len = virtio32_to_cpu(vdev, desc->len);
	segment->writable = flags & VRING_DESC_F_WRITE;
	*at = virtio16_to_cpu(vdev, desc->next);
	*left = flags & VRING_DESC_F_NEXT ? *left - 1 : 0;
	return true;
}

/* Counts a chain's bytes, and copies those to the user that the driver sends. */
static int read_chain(const struct vserdev_ring *r, u16 id,
		      struct vser_device_take *arg)
{
	char __user *to = u64_to_user_ptr(arg->data);
	u32 room = is_ours(r, id) ? arg->data_size : 0;
	unsigned int left = r->ring.num;
	struct segment segment;
	u16 at = id;

	arg->readable = 0;
	arg->writable = 0;
	while (next_segment(r, &at, &left, &segment)) {
		u32 n = min(segment.len, room);

		if (segment.writable) {
			arg->writable += segment.len;
			continue;
		}
		if (copy_to_user(to, segment.data, n))
			return -EFAULT;
		to += n;
		room -= n;
		arg->readable += segment.len;
	}
	return 0;
}

/* Fills a chain with what the user says, as far as there is room. */
static int write_chain(const struct vserdev_ring *r, u16 id,
		       const struct vser_device_give *arg)
{
	const char __user *from = u64_to_user_ptr(arg->data);
	unsigned int left = r->ring.num;
	u32 size = arg->data_size;
	struct segment segment;
	u16 at = id;

	while (next_segment(r, &at, &left, &segment)) {
		u32 n = segment.writable ? min(segment.len, size) : 0;

		if (copy_from_user(segment.data, from, n))
			return -EFAULT;
		from += n;
		size -= n;
	}
	return 0;
}

/* Asks to be notified of what comes, as the driver understands it. */
static void want_notify(struct vserdev_ring *r)
{
	struct virtio_device *vdev = r->vq->vdev;

	if (virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX))
		WRITE_ONCE(vring_avail_event(&r->ring),
			   cpu_to_virtio16(vdev, r->next));
	smp_mb(); /* before the look at avail->idx: a driver that adds, looks here */
}

/**
 * vserdev_ring_take - take the buffer that the driver has posted first
 * @r: the ring
 * @arg: of the call; what is returned is filled in
 *
 * Return: 0, -EAGAIN without one, -EFAULT.
 */
int vserdev_ring_take(struct vserdev_ring *r, struct vser_device_take *arg)
{
	struct virtio_device *vdev = r->vq->vdev;
	u16 id;

	want_notify(r);
	if (virtio16_to_cpu(vdev, READ_ONCE(r->ring.avail->idx)) == r->next)
		return -EAGAIN;
	smp_rmb(); /* the index before the entry */
	id = virtio16_to_cpu(vdev, r->ring.avail->ring[r->next & (r->ring.num - 1)]);
	r->next++;
	if (id < r->ring.num)
		__set_bit(id, r->held);
	arg->id = id;
	return read_chain(r, id, arg);
}

/* Whether the driver wants to be interrupted for the used entry before @now. */
static bool wants_interrupt(const struct vserdev_ring *r, u16 now)
{
	struct virtio_device *vdev = r->vq->vdev;
	u16 event;

	smp_mb(); /* used->idx before the look at what the driver wants */
	if (!virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX))
		return !(virtio16_to_cpu(vdev, READ_ONCE(r->ring.avail->flags)) &
			 VRING_AVAIL_F_NO_INTERRUPT);
	event = virtio16_to_cpu(vdev, READ_ONCE(vring_used_event(&r->ring)));
	return vring_need_event(event, now, now - 1);
}

/**
 * vserdev_ring_give - return a buffer, or say so
 * @r: the ring
 * @arg: of the call
 * @interrupt: set to whether the driver wants an interrupt
 *
 * Return: 0 or -EFAULT.
 */
int vserdev_ring_give(struct vserdev_ring *r, const struct vser_device_give *arg,
		      bool *interrupt)
{
	struct virtio_device *vdev = r->vq->vdev;
	u16 index = virtio16_to_cpu(vdev, r->ring.used->idx);
	struct vring_used_elem *elem;

	if (is_ours(r, arg->id)) {
		if (write_chain(r, arg->id, arg))
			return -EFAULT;
		__clear_bit(arg->id, r->held);
	} else {
		r->lied = true;
	}
	elem = &r->ring.used->ring[index & (r->ring.num - 1)];
	elem->id = cpu_to_virtio32(vdev, arg->id);
	elem->len = cpu_to_virtio32(vdev, arg->length);
	smp_wmb(); /* the entry before the index */
	index++;
	WRITE_ONCE(r->ring.used->idx, cpu_to_virtio16(vdev, index));
	*interrupt = wants_interrupt(r, index);
	return 0;
}

/**
 * vserdev_ring_poke - write one field
 * @r: the ring
 * @arg: of the call
 *
 * Return: 0, -EINVAL for an index that is out of range, -EOPNOTSUPP for a field
 * that there is not.
 */
int vserdev_ring_poke(struct vserdev_ring *r, const struct vser_device_poke *arg)
{
	struct virtio_device *vdev = r->vq->vdev;
	struct vring_used *used = r->ring.used;
	__virtio16 value16 = cpu_to_virtio16(vdev, arg->value);
	__virtio32 value32 = cpu_to_virtio32(vdev, arg->value);

	if (arg->index >= r->ring.num)
		return -EINVAL;
	switch (arg->field) {
	case VSER_DEVICE_USED_FLAGS:
		WRITE_ONCE(used->flags, value16);
		return 0;
	case VSER_DEVICE_USED_INDEX:
		r->lied = true;
		WRITE_ONCE(used->idx, value16);
		return 0;
	case VSER_DEVICE_USED_ID:
		r->lied = true;
		WRITE_ONCE(used->ring[arg->index].id, value32);
		return 0;
	case VSER_DEVICE_USED_LENGTH:
		WRITE_ONCE(used->ring[arg->index].len, value32);
		return 0;
	case VSER_DEVICE_AVAIL_EVENT:
		WRITE_ONCE(vring_avail_event(&r->ring), value16);
		return 0;
	}
	return -EOPNOTSUPP;
}
