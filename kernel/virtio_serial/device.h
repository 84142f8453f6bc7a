/* SPDX-License-Identifier: GPL-2.0 */
/* A virtio console device as a whole: probe and remove. */
#ifndef VSER_DEVICE_H
#define VSER_DEVICE_H

#include <linux/virtio.h>

extern struct virtio_driver vser_driver;

#endif /* VSER_DEVICE_H */
