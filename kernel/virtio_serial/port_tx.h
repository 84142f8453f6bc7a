/* SPDX-License-Identifier: GPL-2.0 */
/* The way from the writer to the host. */
#ifndef VSER_PORT_TX_H
#define VSER_PORT_TX_H

#include <linux/types.h>

struct iov_iter;
struct virtqueue;
struct vser_pair;
struct vser_port;

void vser_tx_poll(struct vser_port *port);
bool vser_tx_is_idle(const struct vser_port *port);
void vser_tx_await(struct vser_port *port);
void vser_tx_stop(struct vser_port *port);
void vser_tx_abandon(struct vser_port *port);
void vser_tx_pause(struct vser_pair *pair);
void vser_tx_resume(struct vser_pair *pair);
size_t vser_tx_put(struct vser_port *port, const void *data, size_t n);
void vser_tx_flush(struct vser_port *port, bool now);
ssize_t vser_tx_write(struct vser_port *port, struct iov_iter *from,
		      bool nonblock, bool nowait);
void vser_tx_done(struct virtqueue *vq);

#endif /* VSER_PORT_TX_H */
