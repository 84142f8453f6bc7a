// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing of what the host says on the control queue. Length first, then
 * range, then use.
 */

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/virtio_byteorder.h>
#include <linux/virtio_console.h>

#include "ctrl_msg.h"

/*
 * A name becomes a file name under /dev by way of udev, so it must not reach
 * outside its folder or break a line. Bytes from 0x80 on are UTF-8's business.
 */
static bool vser_name_is_safe(const char *name, size_t len)
{
	size_t i;

	if (name[0] == '.')
		return false;
	for (i = 0; i < len; i++) {
		unsigned char c = name[i];

		if (c < 0x20 || c == 0x7f || c == '/')
			return false;
	}
	return true;
}

static int vser_ctrl_parse_name(const char *name, size_t len,
				struct vser_ctrl_msg *msg)
{
	/* QEMU counts the terminating NUL, the specification does not. */
	if (len && !name[len - 1])
		len--;
	if (!len || len > VSER_NAME_MAX)
		return -EBADMSG;
	/* The device may still write to its buffer: check what we keep. */
	memcpy(msg->name, name, len);
	msg->name[len] = '\0';
	if (!vser_name_is_safe(msg->name, len))
		return -EILSEQ;
	msg->name_len = len;
	return 0;
}

static int vser_ctrl_parse_size(const void *data, size_t len,
				bool little_endian, struct vser_ctrl_msg *msg)
{
	/* VIRTIO 1.2, section 5.3.6.2: struct virtio_console_resize */
	__virtio16 raw[2];

	if (len < sizeof(raw))
		return -EBADMSG;
	memcpy(raw, data, sizeof(raw));
	msg->cols = __virtio16_to_cpu(little_endian, raw[0]);
	msg->rows = __virtio16_to_cpu(little_endian, raw[1]);
	return 0;
}

/**
 * vser_ctrl_parse - check and decode one message of the host
 * @data: the buffer the device has written; the host may have put anything in
 * @len: bytes the device has written, at most the buffer's size
 * @little_endian: the device's byte order (virtio_is_little_endian())
 * @nr_ports: ports the device may have; valid ids are below it
 * @msg: where the message goes; undefined after an error
 *
 * Return: 0, -EBADMSG for a message of the wrong length, -ERANGE for an id out
 * of range, -EOPNOTSUPP for an event unknown or not for a driver, -EILSEQ for
 * a name that must not become a file name.
 */
int vser_ctrl_parse(const void *data, size_t len, bool little_endian,
		    u32 nr_ports, struct vser_ctrl_msg *msg)
{
	struct virtio_console_control raw;
	const char *more = (const char *)data + sizeof(raw);

	if (len < sizeof(raw))
		return -EBADMSG;
	memcpy(&raw, data, sizeof(raw));

	msg->id = __virtio32_to_cpu(little_endian, raw.id);
	msg->event = __virtio16_to_cpu(little_endian, raw.event);
	msg->value = __virtio16_to_cpu(little_endian, raw.value);
	msg->cols = 0;
	msg->rows = 0;
	msg->name_len = 0;
	msg->name[0] = '\0';

	if (msg->id >= nr_ports)
		return -ERANGE;

	switch (msg->event) {
	case VIRTIO_CONSOLE_PORT_ADD:
	case VIRTIO_CONSOLE_PORT_REMOVE:
	case VIRTIO_CONSOLE_CONSOLE_PORT:
	case VIRTIO_CONSOLE_PORT_OPEN:
		return 0;
	case VIRTIO_CONSOLE_PORT_NAME:
		return vser_ctrl_parse_name(more, len - sizeof(raw), msg);
	case VIRTIO_CONSOLE_RESIZE:
		return vser_ctrl_parse_size(more, len - sizeof(raw),
					    little_endian, msg);
	default:
		return -EOPNOTSUPP;
	}
}
