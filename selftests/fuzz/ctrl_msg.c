// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser of control messages (kernel/virtio_serial/ctrl_msg.c) on any bytes:
 * what it lets pass is in range. For libFuzzer, and for the corpus in `make unit`.
 *
 * Input: a byte whose lowest bit is the device's byte order; the device's number
 * of ports, two bytes; the message.
 */

#include <linux/types.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_console.h>

#include "ctrl_msg.h"
#include "fuzz.h"

#define REQUIRE(condition)		\
	do {				\
		if (!(condition))	\
			abort();	\
	} while (0)

static void check_name(const struct vser_ctrl_msg *msg)
{
	size_t i;

	REQUIRE(msg->name_len >= 1 && msg->name_len <= VSER_NAME_MAX);
	REQUIRE(strlen(msg->name) == msg->name_len);
	REQUIRE(msg->name[0] != '.');
	for (i = 0; i < msg->name_len; i++)
		REQUIRE(msg->name[i] != '/' && msg->name[i] != '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vser_ctrl_msg msg;
	u32 nr_ports;

	if (size < 3)
		return 0;
	nr_ports = 1 + data[1] + 256U * data[2];
	/* Undefined after an error, but not to be read before. */
	memset(&msg, 0xa5, sizeof(msg));
	if (vser_ctrl_parse(data + 3, size - 3, data[0] & 1, nr_ports, &msg))
		return 0;

	REQUIRE(msg.id < nr_ports);
	REQUIRE(msg.event >= VIRTIO_CONSOLE_PORT_ADD &&
		msg.event <= VIRTIO_CONSOLE_PORT_NAME);
	if (msg.event == VIRTIO_CONSOLE_PORT_NAME)
		check_name(&msg);
	else
		REQUIRE(!msg.name_len && !msg.name[0]);
	return 0;
}
