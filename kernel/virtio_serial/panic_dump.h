/* SPDX-License-Identifier: GPL-2.0 */
/* A panic's text, for the host of a device that has the kernel's log nowhere. */
#ifndef VSER_PANIC_DUMP_H
#define VSER_PANIC_DUMP_H

#include <linux/kmsg_dump.h>

struct virtio_device;

/**
 * struct vser_panic_dump - a device that is told of a panic
 * @dumper: as the kernel knows it
 * @vdev: fixed
 */
struct vser_panic_dump {
	struct kmsg_dumper dumper;
	struct virtio_device *vdev;
};

void vser_panic_dump_register(struct vser_panic_dump *dump,
			      struct virtio_device *vdev);
void vser_panic_dump_unregister(struct vser_panic_dump *dump);

#endif /* VSER_PANIC_DUMP_H */
