/* SPDX-License-Identifier: GPL-2.0 */
/* A port as a console: /dev/hvcN and, with console=hvcN, the kernel's log. */
#ifndef VSER_CONSOLE_H
#define VSER_CONSOLE_H

#include <linux/types.h>

struct virtio_device;
struct vser_port;

int vser_console_add(struct vser_port *port);
void vser_console_del(struct vser_port *port);
void vser_console_resize(struct vser_port *port, u16 cols, u16 rows);
bool vser_console_has_log(const struct virtio_device *vdev);
bool vser_console_tell(const struct virtio_device *vdev, const char *text,
		       size_t n);
void vser_console_exit(void);

#endif /* VSER_CONSOLE_H */
