// SPDX-License-Identifier: GPL-2.0
/* Noting what is owed to the host, and turning it into messages. */

#include <linux/types.h>
#include <linux/virtio_console.h>

#include "ctrl_owed.h"

/**
 * vser_ctrl_owe_ready - the host is to be told whether the port is set up
 * @owed: what is owed about the port
 * @value: true if it is, false if it can't be
 */
void vser_ctrl_owe_ready(struct vser_ctrl_owed *owed, bool value)
{
	owed->ready = true;
	owed->ready_value = value;
	owed->unasked = false;
}

/**
 * vser_ctrl_owe_open - the host is to be told that the guest opened or closed
 * @owed: what is owed about the port
 * @open: which of the two; calls alternate
 *
 * Return: true, or false if the call did not alternate.
 */
bool vser_ctrl_owe_open(struct vser_ctrl_owed *owed, bool open)
{
	/* Up to two lead from what the host knows to @open. */
	owed->open++;
	if (owed->open > 2)
		owed->open -= 2;
	return (owed->open_value ^ (owed->open & 1)) == open;
}

/**
 * vser_ctrl_owe_anew - the device has been reset and knows nothing any more
 * @owed: what is owed about the port
 *
 * Of what it was told, only that the port is open is still true. It hears that
 * again once it has told of the port.
 */
void vser_ctrl_owe_anew(struct vser_ctrl_owed *owed)
{
	owed->open = owed->open_value ^ (owed->open & 1);
	owed->open_value = false;
	owed->ready = false;
	owed->unasked = true;
}

/**
 * vser_ctrl_owes - whether a message can be sent
 * @owed: what is owed about the port
 *
 * Return: true if so.
 */
bool vser_ctrl_owes(const struct vser_ctrl_owed *owed)
{
	return owed->ready || (owed->open && !owed->unasked);
}

/**
 * vser_ctrl_pay - the next message, which is not owed any more
 * @owed: what is owed about the port, which is not nothing
 * @value: the message's value goes here
 *
 * Return: the message's event.
 */
u16 vser_ctrl_pay(struct vser_ctrl_owed *owed, u16 *value)
{
	if (owed->ready) {
		owed->ready = false;
		*value = owed->ready_value;
		return VIRTIO_CONSOLE_PORT_READY;
	}
	owed->open--;
	owed->open_value = !owed->open_value;
	*value = owed->open_value;
	return VIRTIO_CONSOLE_PORT_OPEN;
}
