/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control messages of the virtio console device, as values (VIRTIO 1.2,
 * section 5.3.6.2).
 *
 * vser_ctrl_parse() is the one place where bytes written by the host are
 * given a meaning. Whatever it accepts is in range; nothing else looks at the
 * raw message. No kernel object is needed here, so the same code runs under
 * CMocka and KUnit.
 */
#ifndef VSER_CTRL_MSG_H
#define VSER_CTRL_MSG_H

#include <linux/types.h>

/* The longest port name we show; a longer one is refused as a whole. */
#define VSER_NAME_MAX 255

/* Room for one message of the host: header, name, and the NUL QEMU adds. */
#define VSER_CTRL_MSG_MAX 512

/**
 * struct vser_ctrl_msg - one control message, checked
 * @id: port, below the device's number of ports
 * @event: VIRTIO_CONSOLE_PORT_ADD and friends, never an unknown one
 * @value: the message's value, only 0 or 1 matter to us
 * @cols: columns, for RESIZE, else 0
 * @rows: the same
 * @name_len: bytes in @name, 1..VSER_NAME_MAX for PORT_NAME, else 0
 * @name: the port's name, NUL-terminated
 */
struct vser_ctrl_msg {
	u32 id;
	u16 event;
	u16 value;
	u16 cols;
	u16 rows;
	u16 name_len;
	char name[VSER_NAME_MAX + 1];
};

int vser_ctrl_parse(const void *data, size_t len, bool little_endian,
		    u32 nr_ports, struct vser_ctrl_msg *msg);

#endif /* VSER_CTRL_MSG_H */
