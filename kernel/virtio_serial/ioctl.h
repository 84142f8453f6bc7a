/* SPDX-License-Identifier: GPL-2.0 */
/* The ioctls of a port: include/uapi/gatehouse/virtio_serial.h. */
#ifndef VSER_IOCTL_H
#define VSER_IOCTL_H

struct vser_port;

long vser_ioctl(struct vser_port *port, unsigned int cmd, void __user *user);

#endif /* VSER_IOCTL_H */
