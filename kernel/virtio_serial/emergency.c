// SPDX-License-Identifier: GPL-2.0
/*
 * The emergency register of a device (VIRTIO_CONSOLE_F_EMERG_WRITE): each write
 * to it is a character that the host shows. It works from the beginning of probe
 * on, whatever the queues do. A device has one such register, for the first of
 * its consoles (QEMU: the first that is connected).
 *
 * Each character leaves the guest by itself. So this is for the end of a system
 * alone: what is written here is bounded by who writes it.
 *
 * Nobody says whether the host has room: QEMU drops what its client has not read
 * in time, and a unix socket holds but some 270 messages of one byte. So the
 * characters come no faster than a serial line's do.
 */

#include <linux/delay.h>
#include <linux/stddef.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>

#include "emergency.h"

#define VSER_EMERGENCY_PACE 87 /* us a character: 115200 baud */

/**
 * vser_emergency_is_offered - whether a device has the register
 * @vdev: the device, its features negotiated
 *
 * Return: true if it has.
 */
bool vser_emergency_is_offered(const struct virtio_device *vdev)
{
	return virtio_has_feature(vdev, VIRTIO_CONSOLE_F_EMERG_WRITE);
}

/**
 * vser_emergency_write - have the host show text
 * @vdev: a device that offers the register
 * @text: as a terminal wants it
 * @n: its length
 *
 * Context: any; takes no lock and waits for nobody, but takes its time: the
 * transports' write to a register, PCI's and MMIO's.
 */
void vser_emergency_write(struct virtio_device *vdev, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		__virtio32 c = cpu_to_virtio32(vdev, (unsigned char)text[i]);

		vdev->config->set(vdev, offsetof(struct virtio_console_config,
						 emerg_wr), &c, sizeof(c));
		udelay(VSER_EMERGENCY_PACE);
	}
}
