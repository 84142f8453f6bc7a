/* SPDX-License-Identifier: GPL-2.0 */
/* What /sys/class/virtio-ports/vportNpM/ shows. */
#ifndef VSER_SYSFS_H
#define VSER_SYSFS_H

struct attribute_group;
struct vser_port;

extern const struct attribute_group *vser_port_groups[];

void vser_sysfs_name_changed(struct vser_port *port);
void vser_sysfs_host_changed(struct vser_port *port);

#endif /* VSER_SYSFS_H */
