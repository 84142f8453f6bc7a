/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/virtio-ports/NAME where nobody else makes it. */
#ifndef VSER_NAMED_NODE_H
#define VSER_NAMED_NODE_H

struct device_type;
struct vser_port;

/* For a port's device: notices a udev that comes later. */
extern const struct device_type vser_named_node_port_type;

void vser_named_node_add(struct vser_port *port);
void vser_named_node_del(struct vser_port *port);
void vser_named_node_exit(void);

#endif /* VSER_NAMED_NODE_H */
