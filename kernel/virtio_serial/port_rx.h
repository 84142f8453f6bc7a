/* SPDX-License-Identifier: GPL-2.0 */
/* The way from the host to the reader. */
#ifndef VSER_PORT_RX_H
#define VSER_PORT_RX_H

#include <linux/types.h>

struct iov_iter;
struct list_head;
struct virtqueue;
struct vser_pair;
struct vser_port;

int vser_rx_start(struct vser_port *port);
void vser_rx_discard(struct vser_port *port, struct list_head *unread);
void vser_rx_poll(struct vser_port *port);
void vser_rx_resume(struct vser_pair *pair);
size_t vser_rx_get(struct vser_port *port, void *data, size_t n);
ssize_t vser_rx_read(struct vser_port *port, struct iov_iter *to,
		     bool nonblock, bool nowait);
void vser_rx_done(struct virtqueue *vq);

#endif /* VSER_PORT_RX_H */
