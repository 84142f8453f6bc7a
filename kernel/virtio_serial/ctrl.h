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
 * @asked: bit per port number that we have asked for and not seen: an answer
 *         counts as its PORT_ADD; like the next six only used by @work
 *         and whoever has stopped that
 * @named: bit per port number whose name has come since we asked
 * @unsure: bit per port number of which we do not know whether its host's end
 *          is still connected
 * @missing: bit per port number that the device has not told of since it slept
 * @awoken: since it slept, not all of that is known yet
 * @known: nor has it had the time to tell, before this, in jiffies
 * @config_changed: the size of port 0's console may be another
 * @next_ask: not to ask again before, in jiffies
 * @rx_waits: empty buffers are to be posted again, after a sleep
 * @asleep: the device has been put to sleep and not woken up since; for
 *          suspend.c, whose callers take turns
 * @work: handles messages, adds and removes ports
 * @later: queues @work when it is time to ask again, or to conclude
 */
struct vser_ctrl {
	struct vser_ctrl_queue queue;
	struct vser_vqs *vqs;
	unsigned long *asked;
	unsigned long *named;
	unsigned long *unsure;
	unsigned long *missing;
	bool awoken;
	unsigned long known;
	bool config_changed;
	unsigned long next_ask;
	bool rx_waits;
	bool asleep;
	struct work_struct work;
	struct delayed_work later;
};

int vser_ctrl_init(struct vser_ctrl *ctrl, struct vser_vqs *vqs);
void vser_ctrl_exit(struct vser_ctrl *ctrl);
int vser_ctrl_start(struct vser_ctrl *ctrl);
void vser_ctrl_suspend(struct vser_ctrl *ctrl);
int vser_ctrl_resume(struct vser_ctrl *ctrl);
void vser_ctrl_unplug(struct vser_ctrl *ctrl);
void vser_ctrl_config_changed(struct vser_ctrl *ctrl);
void vser_ctrl_stop(struct vser_ctrl *ctrl);

#endif /* VSER_CTRL_H */
