/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host's control messages do: ports come, get names, are connected and
 * disconnected, and go. One work item handles them all, in their order.
 */
#ifndef VSER_CTRL_H
#define VSER_CTRL_H

#include <linux/types.h>
#include <linux/workqueue.h>

#include "ctrl_queue.h"

struct vser_vqs;

/**
 * struct vser_ctrl - the control channel of a device
 * @queue: the messages
 * @vqs: the queues of the ports; pairs[id].port is the table of ports
 * @asked: bit per port number we have asked for unseen; only @work uses it
 * @work: handles messages, adds and removes ports
 */
struct vser_ctrl {
	struct vser_ctrl_queue queue;
	struct vser_vqs *vqs;
	unsigned long *asked;
	struct work_struct work;
};

int vser_ctrl_init(struct vser_ctrl *ctrl, struct vser_vqs *vqs);
void vser_ctrl_exit(struct vser_ctrl *ctrl);
int vser_ctrl_start(struct vser_ctrl *ctrl);
void vser_ctrl_stop(struct vser_ctrl *ctrl);

#endif /* VSER_CTRL_H */
