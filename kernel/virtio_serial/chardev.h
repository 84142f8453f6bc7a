/* SPDX-License-Identifier: GPL-2.0 */
/* Ports as character devices: the class, the numbers, the file operations. */
#ifndef VSER_CHARDEV_H
#define VSER_CHARDEV_H

#include <linux/types.h>

struct vser_port;
struct vser_port_ops;
struct vser_vqs;

int vser_chardev_init(void);
void vser_chardev_exit(void);

struct vser_port *vser_chardev_alloc(struct vser_vqs *vqs, u32 id,
				     const struct vser_port_ops *ops);
void vser_chardev_put(struct vser_port *port);
int vser_chardev_add(struct vser_port *port);
void vser_chardev_del(struct vser_port *port);

#endif /* VSER_CHARDEV_H */
