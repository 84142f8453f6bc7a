/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host is still to be told about a port number, in a few bits: however
 * often a port comes and goes, is opened and closed, what is owed does not grow.
 * No queue is known here, so the same code runs under CMocka and KUnit.
 */
#ifndef VSER_CTRL_OWED_H
#define VSER_CTRL_OWED_H

#include <linux/types.h>

/**
 * struct vser_ctrl_owed - what is owed about a port number
 * @ready: PORT_READY is owed
 * @ready_value: its value: 1, or 0 if the port could not be set up
 * @open_value: value of the last PORT_OPEN sent
 * @open: PORT_OPENs owed, alternating, so that a close with an open right after
 *        it is two messages: 0, 1 or 2
 * @unasked: the device has been reset and has not told of the port since: no
 *           PORT_OPEN before the next PORT_READY
 */
struct vser_ctrl_owed {
	bool ready;
	bool ready_value;
	bool open_value;
	u8 open;
	bool unasked;
};

void vser_ctrl_owe_ready(struct vser_ctrl_owed *owed, bool value);
bool vser_ctrl_owe_open(struct vser_ctrl_owed *owed, bool open);
void vser_ctrl_owe_anew(struct vser_ctrl_owed *owed);
bool vser_ctrl_owes(const struct vser_ctrl_owed *owed);
u16 vser_ctrl_pay(struct vser_ctrl_owed *owed, u16 *value);

#endif /* VSER_CTRL_OWED_H */
