/* SPDX-License-Identifier: GPL-2.0 */
/* The emergency register: characters without a queue. */
#ifndef VSER_EMERGENCY_H
#define VSER_EMERGENCY_H

#include <linux/types.h>

struct virtio_device;

bool vser_emergency_is_offered(const struct virtio_device *vdev);
void vser_emergency_write(struct virtio_device *vdev, const char *text, size_t n);

#endif /* VSER_EMERGENCY_H */
