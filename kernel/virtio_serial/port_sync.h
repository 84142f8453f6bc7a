/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for the device to use what was written. */
#ifndef VSER_PORT_SYNC_H
#define VSER_PORT_SYNC_H

struct vser_port;
struct vser_vqs;

void vser_sync_drain(struct vser_vqs *vqs);
int vser_sync_wait(struct vser_port *port);

#endif /* VSER_PORT_SYNC_H */
