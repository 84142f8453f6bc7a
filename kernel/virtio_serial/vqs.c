// SPDX-License-Identifier: GPL-2.0
/*
 * Finding and dropping the queues.
 *
 * Order on the device (VIRTIO 1.2, section 5.3.2): port 0 in and out, control
 * in and out, port 1 in and out, and so on. Without MULTIPORT there are only the
 * first two.
 */

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>

#include "buf.h"
#include "compat.h"
#include "vqs.h"

/* The number of the port's in_vq; its out_vq comes next. */
static unsigned int vser_port_to_vq(u32 id)
{
	return id ? 2 * id + 2 : 0;
}

static u32 vser_vq_to_port(unsigned int index)
{
	return index < 2 ? 0 : (index - 2) / 2;
}

/**
 * vser_pair_of - the pair that a port's queue belongs to
 * @vq: an in_vq or out_vq, as a callback gets it
 *
 * Return: the pair.
 */
struct vser_pair *vser_pair_of(struct virtqueue *vq)
{
	struct vser_vqs *vqs = vq->vdev->priv;

	return &vqs->pairs[vser_vq_to_port(vq->index)];
}

/**
 * vser_vqs_alloc - memory for the queues of a device
 * @vdev: the device
 * @nr_ports: port numbers the device has, 1..VSER_PORTS_MAX
 *
 * Return: the object with one reference, or NULL.
 */
struct vser_vqs *vser_vqs_alloc(struct virtio_device *vdev, u32 nr_ports)
{
	struct vser_vqs *vqs;
	u32 i;

	vqs = kvzalloc(struct_size(vqs, pairs, nr_ports), GFP_KERNEL);
	if (!vqs)
		return NULL;
	kref_init(&vqs->ref);
	vqs->vdev = vdev;
	vqs->index = vdev->index;
	vqs->nr_ports = nr_ports;
	for (i = 0; i < nr_ports; i++) {
		spin_lock_init(&vqs->pairs[i].lock);
		INIT_LIST_HEAD(&vqs->pairs[i].rx_kept);
		INIT_LIST_HEAD(&vqs->pairs[i].tx_kept);
	}
	return vqs;
}

/**
 * vser_vqs_get - take a reference
 * @vqs: the queues' memory
 */
void vser_vqs_get(struct vser_vqs *vqs)
{
	kref_get(&vqs->ref);
}

static void vser_vqs_release(struct kref *ref)
{
	kvfree(container_of(ref, struct vser_vqs, ref));
}

/**
 * vser_vqs_put - drop a reference
 * @vqs: the queues' memory
 */
void vser_vqs_put(struct vser_vqs *vqs)
{
	kref_put(&vqs->ref, vser_vqs_release);
}

/**
 * vser_vqs_have_ctrl - whether the device has control queues
 * @vqs: the queues of a device whose features are negotiated
 *
 * Return: true if so; else there is port 0, and nobody speaks of it.
 */
bool vser_vqs_have_ctrl(const struct vser_vqs *vqs)
{
	return virtio_has_feature(vqs->vdev, VIRTIO_CONSOLE_F_MULTIPORT);
}

static void vser_vqs_assign(struct vser_vqs *vqs, struct virtqueue **found)
{
	u32 i;

	if (vser_vqs_have_ctrl(vqs)) {
		vqs->ctrl_in = found[2];
		vqs->ctrl_out = found[3];
	}
	for (i = 0; i < vqs->nr_ports; i++) {
		struct vser_pair *pair = &vqs->pairs[i];
		unsigned int index = vser_port_to_vq(i);

		spin_lock_irq(&pair->lock);
		pair->in_vq = found[index];
		pair->out_vq = found[index + 1];
		pair->rx_armed = true;
		/* port_tx.c asks for callbacks when it waits for one. */
		pair->tx_armed = false;
		virtqueue_disable_cb(pair->out_vq);
		spin_unlock_irq(&pair->lock);
	}
}

/**
 * vser_vqs_init - set up the queues on the device
 * @vqs: from vser_vqs_alloc()
 * @cbs: the callbacks
 *
 * Return: 0, or a negative errno of the transport.
 */
int vser_vqs_init(struct vser_vqs *vqs, const struct vser_vqs_callbacks *cbs)
{
	unsigned int nr = 2 * (vqs->nr_ports + vser_vqs_have_ctrl(vqs));
	struct virtqueue_info *infos;
	struct virtqueue **found;
	unsigned int i;
	int err = -ENOMEM;

	infos = kvcalloc(nr, sizeof(*infos), GFP_KERNEL);
	found = kvcalloc(nr, sizeof(*found), GFP_KERNEL);
	if (!infos || !found)
		goto out;

	for (i = 0; i < nr; i += 2) {
		infos[i].name = "input";
		infos[i].callback = cbs->rx_done;
		infos[i + 1].name = "output";
		infos[i + 1].callback = cbs->tx_done;
	}
	if (vser_vqs_have_ctrl(vqs)) {
		infos[2].name = "control-input";
		infos[2].callback = cbs->ctrl_done;
		infos[3].name = "control-output";
		infos[3].callback = cbs->ctrl_done;
	}

	err = compat_find_vqs(vqs->vdev, nr, found, infos);
	if (!err)
		vser_vqs_assign(vqs, found);
out:
	kvfree(found);
	kvfree(infos);
	return err;
}

/**
 * vser_vqs_are_there - whether the device has queues: it does not sleep
 * @vqs: queues that nobody makes or drops meanwhile
 *
 * Return: true if so.
 */
bool vser_vqs_are_there(const struct vser_vqs *vqs)
{
	return vqs->pairs[0].in_vq;
}

/* Puts @buf among those to be posted again, in the order of the first time. */
static void vser_pair_keep_tx(struct vser_pair *pair, struct vser_buf *buf)
{
	struct vser_buf *older;

	list_for_each_entry_reverse(older, &pair->tx_kept, list) {
		if (older->nr < buf->nr)
			break;
	}
	list_add(&buf->list, &older->list);
}

static void vser_pair_drop(struct vser_pair *pair)
{
	struct vser_buf *buf;
	LIST_HEAD(unused);

	spin_lock_irq(&pair->lock);
	while ((buf = virtqueue_detach_unused_buf(pair->in_vq)))
		list_add(&buf->list, &pair->rx_kept);
	while ((buf = virtqueue_detach_unused_buf(pair->out_vq))) {
		if (vser_tx_window_has(&pair->tx, buf->nr))
			vser_pair_keep_tx(pair, buf);
		else
			list_add(&buf->list, &unused);
	}
	pair->rx_posted = 0;
	pair->in_vq = NULL;
	pair->out_vq = NULL;
	spin_unlock_irq(&pair->lock);

	vser_buf_free_list(&unused);
}

/**
 * vser_vqs_drop - drop the queues; the pairs keep the buffers that were in them
 * @vqs: queues of a device that has been reset
 *
 * Of those to the host they keep what nobody has given up.
 */
void vser_vqs_drop(struct vser_vqs *vqs)
{
	u32 i;

	for (i = 0; i < vqs->nr_ports; i++)
		vser_pair_drop(&vqs->pairs[i]);
	/* This unmaps the control buffers; their memory is ctrl_queue.c's. */
	if (vser_vqs_have_ctrl(vqs)) {
		while (virtqueue_detach_unused_buf(vqs->ctrl_in))
			;
		while (virtqueue_detach_unused_buf(vqs->ctrl_out))
			;
	}
	vqs->vdev->config->del_vqs(vqs->vdev);
}

/**
 * vser_vqs_exit - drop the queues, if they are there, and free all buffers
 * @vqs: queues of a device that has been reset and whose ports are unplugged
 */
void vser_vqs_exit(struct vser_vqs *vqs)
{
	u32 i;

	if (vser_vqs_are_there(vqs))
		vser_vqs_drop(vqs);
	for (i = 0; i < vqs->nr_ports; i++) {
		vser_tx_window_give_up(&vqs->pairs[i].tx);
		vser_buf_free_list(&vqs->pairs[i].rx_kept);
		vser_buf_free_list(&vqs->pairs[i].tx_kept);
	}
}
