// SPDX-License-Identifier: GPL-2.0
/* 6.11: virtio_find_vqs() takes struct virtqueue_info[]. */
#include <linux/virtio.h>
#include <linux/virtio_config.h>

int virtqueue_info(struct virtio_device *vdev, struct virtqueue *vq)
{
	struct virtqueue_info info = { .name = "probe", .ctx = false };

	return virtio_find_vqs(vdev, 1, &vq, &info, NULL);
}
