/* SPDX-License-Identifier: GPL-2.0 */
/* Who learns that a port's state has changed: sleepers, pollers, SIGIO. */
#ifndef VSER_NOTIFY_H
#define VSER_NOTIFY_H

struct vser_port;

void vser_notify_data(struct vser_port *port);
void vser_notify_writable(struct vser_port *port);
void vser_notify_hangup(struct vser_port *port);

#endif /* VSER_NOTIFY_H */
