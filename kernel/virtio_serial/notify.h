/* SPDX-License-Identifier: GPL-2.0 */
/* Who learns that a port's state has changed: sleepers, pollers, SIGIO. */
#ifndef VSER_NOTIFY_H
#define VSER_NOTIFY_H

#include <linux/types.h>

struct vser_port;

void vser_notify(struct vser_port *port, u32 event);

#endif /* VSER_NOTIFY_H */
