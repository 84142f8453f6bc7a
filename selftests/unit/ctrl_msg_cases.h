/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What vser_ctrl_parse() makes of what a host may say: one row a case, for
 * CMocka and KUnit alike. Needs no header but ctrl_msg.h and virtio_console.h
 * before it. Bytes are as on the wire, little-endian unless the row says so;
 * the device has eight ports.
 */
#ifndef VSER_CTRL_MSG_CASES_H
#define VSER_CTRL_MSG_CASES_H

#define VSER_CASE_PORTS 8

/* id, event, value as bytes, little-endian: all but the lowest byte are 0. */
#define VSER_CASE_HEAD(id, event, value) \
	{ (id), 0, 0, 0, (event), 0, (value), 0 }

/**
 * struct vser_ctrl_case - one message and its meaning
 * @what: the case in a sentence
 * @head: the first bytes of the message
 * @len: bytes the device says it has written
 * @tail: bytes that follow the head, as far as @len goes; may be NULL
 * @big_endian: how the device's numbers are stored
 * @err: what the parser returns
 * @id: and for 0, what it has read
 * @event: same
 * @value: same
 * @cols: same
 * @rows: same
 * @name: same; NULL: no name
 */
struct vser_ctrl_case {
	const char *what;
	u8 head[8];
	size_t len;
	const char *tail;
	bool big_endian;
	int err;
	u32 id;
	u16 event;
	u16 value;
	u16 cols;
	u16 rows;
	const char *name;
};

/* 64 bytes, to be put together to names around VSER_NAME_MAX. */
#define VSER_CASE_64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define VSER_CASE_255 \
	VSER_CASE_64 VSER_CASE_64 VSER_CASE_64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

static const struct vser_ctrl_case vser_ctrl_cases[] = {
	/* The length comes first. */
	{ .what = "an empty message", .len = 0, .err = -EBADMSG },
	{ .what = "one byte short of a header", .len = 7, .err = -EBADMSG,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_ADD, 1) },

	/* Events without anything after the header. */
	{ .what = "a port is added", .len = 8,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_ADD, 1),
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_ADD, .value = 1 },
	{ .what = "a port is removed", .len = 8,
	  .head = VSER_CASE_HEAD(2, VIRTIO_CONSOLE_PORT_REMOVE, 1),
	  .id = 2, .event = VIRTIO_CONSOLE_PORT_REMOVE, .value = 1 },
	{ .what = "a port is a console", .len = 8,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_CONSOLE_PORT, 1),
	  .id = 0, .event = VIRTIO_CONSOLE_CONSOLE_PORT, .value = 1 },
	{ .what = "the host connects", .len = 8,
	  .head = VSER_CASE_HEAD(3, VIRTIO_CONSOLE_PORT_OPEN, 1),
	  .id = 3, .event = VIRTIO_CONSOLE_PORT_OPEN, .value = 1 },
	{ .what = "the host disconnects", .len = 8,
	  .head = VSER_CASE_HEAD(3, VIRTIO_CONSOLE_PORT_OPEN, 0),
	  .id = 3, .event = VIRTIO_CONSOLE_PORT_OPEN, .value = 0 },
	{ .what = "a resize: columns, then rows", .len = 12,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_RESIZE, 0),
	  .tail = "\x50\1\x19\0",
	  .id = 0, .event = VIRTIO_CONSOLE_RESIZE, .cols = 0x150, .rows = 25 },
	{ .what = "a resize with the highest byte first", .len = 12,
	  .big_endian = true,
	  .head = { 0, 0, 0, 3, 0, VIRTIO_CONSOLE_RESIZE, 0, 1 },
	  .tail = "\1\x50\0\x19",
	  .id = 3, .event = VIRTIO_CONSOLE_RESIZE, .value = 1,
	  .cols = 0x150, .rows = 25 },
	{ .what = "a resize that is longer", .len = 14,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_RESIZE, 0),
	  .tail = "\xff\xff\xff\xff!!",
	  .id = 0, .event = VIRTIO_CONSOLE_RESIZE,
	  .cols = 0xffff, .rows = 0xffff },
	{ .what = "a resize without a size", .len = 8, .err = -EBADMSG,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_RESIZE, 0) },
	{ .what = "a resize cut off in its rows", .len = 11, .err = -EBADMSG,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_RESIZE, 0),
	  .tail = "\x50\0\x19" },
	{ .what = "bytes after a message that has none are ignored", .len = 12,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_ADD, 1),
	  .tail = "junk",
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_ADD, .value = 1 },

	/* Ids. */
	{ .what = "the last port", .len = 8,
	  .head = VSER_CASE_HEAD(7, VIRTIO_CONSOLE_PORT_ADD, 1),
	  .id = 7, .event = VIRTIO_CONSOLE_PORT_ADD, .value = 1 },
	{ .what = "one port too many", .len = 8, .err = -ERANGE,
	  .head = VSER_CASE_HEAD(8, VIRTIO_CONSOLE_PORT_ADD, 1) },
	{ .what = "the highest id of all", .len = 8, .err = -ERANGE,
	  .head = { 0xff, 0xff, 0xff, 0xff, VIRTIO_CONSOLE_PORT_ADD } },
	{ .what = "an id above 16 bits", .len = 8, .err = -ERANGE,
	  .head = { 1, 0, 1, 0, VIRTIO_CONSOLE_PORT_ADD } },

	/* Events that are none, or the driver's own. */
	{ .what = "DEVICE_READY is for drivers to say", .len = 8,
	  .err = -EOPNOTSUPP,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_DEVICE_READY, 1) },
	{ .what = "PORT_READY is for drivers to say", .len = 8,
	  .err = -EOPNOTSUPP,
	  .head = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_PORT_READY, 1) },
	{ .what = "the first event that does not exist", .len = 8,
	  .err = -EOPNOTSUPP, .head = VSER_CASE_HEAD(0, 8, 1) },
	{ .what = "an event is 16 bits wide", .len = 8, .err = -EOPNOTSUPP,
	  .head = { 0, 0, 0, 0, VIRTIO_CONSOLE_PORT_ADD, 1 } },
	{ .what = "a value is 16 bits wide", .len = 8,
	  .head = { 0, 0, 0, 0, VIRTIO_CONSOLE_PORT_OPEN, 0, 0x34, 0x12 },
	  .event = VIRTIO_CONSOLE_PORT_OPEN, .value = 0x1234 },

	/* Byte order. */
	{ .what = "a big-endian device", .len = 8, .big_endian = true,
	  .head = { 0, 0, 0, 5, 0, VIRTIO_CONSOLE_PORT_OPEN, 0, 1 },
	  .id = 5, .event = VIRTIO_CONSOLE_PORT_OPEN, .value = 1 },
	{ .what = "a little-endian id on a big-endian device", .len = 8,
	  .big_endian = true, .err = -ERANGE,
	  .head = VSER_CASE_HEAD(5, VIRTIO_CONSOLE_PORT_OPEN, 1) },

	/* Names. */
	{ .what = "a name as the specification has it", .len = 8 + 3,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "abc", .name = "abc",
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_NAME, .value = 1 },
	{ .what = "a name as QEMU has it, with a NUL", .len = 8 + 4,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "abc", .name = "abc",
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_NAME, .value = 1 },
	{ .what = "a name of one byte", .len = 8 + 1,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "a", .name = "a",
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_NAME, .value = 1 },
	{ .what = "a name in UTF-8", .len = 8 + 6,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "t\xc3\xbcr.0", .name = "t\xc3\xbcr.0",
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_NAME, .value = 1 },
	{ .what = "the longest name", .len = 8 + VSER_NAME_MAX,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = VSER_CASE_255, .name = VSER_CASE_255,
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_NAME, .value = 1 },
	{ .what = "the longest name, with a NUL", .len = 8 + VSER_NAME_MAX + 1,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = VSER_CASE_255, .name = VSER_CASE_255,
	  .id = 1, .event = VIRTIO_CONSOLE_PORT_NAME, .value = 1 },
	{ .what = "a name one byte too long", .len = 8 + VSER_NAME_MAX + 1,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = VSER_CASE_255 "f", .err = -EBADMSG },
	{ .what = "a name that is missing", .len = 8, .err = -EBADMSG,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1) },
	{ .what = "a name that is only a NUL", .len = 9, .err = -EBADMSG,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "" },
	{ .what = "a name with a NUL inside", .len = 8 + 5, .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "ab\0cd" },
	{ .what = "a name that ends with two NULs", .len = 8 + 4,
	  .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "ab\0" },
	{ .what = "a name with a slash", .len = 8 + 3, .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "a/b" },
	{ .what = "the folder itself", .len = 8 + 1, .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "." },
	{ .what = "the folder above", .len = 8 + 2, .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = ".." },
	{ .what = "a name with a newline", .len = 8 + 3, .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "a\nb" },
	{ .what = "a name with DEL", .len = 8 + 2, .err = -EILSEQ,
	  .head = VSER_CASE_HEAD(1, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "a\x7f" },
	{ .what = "a name for a port that can not be", .len = 8 + 3,
	  .err = -ERANGE,
	  .head = VSER_CASE_HEAD(9, VIRTIO_CONSOLE_PORT_NAME, 1),
	  .tail = "abc" },
};

/* Any bytes, with a possible id for most lengths, and the event. */
static void vser_ctrl_scribble(u8 *data, unsigned int len, unsigned int event)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		data[i] = i * 7 + event;
	if (len < 6)
		return;
	for (i = 0; i < 6; i++)
		data[i] = 0;
	data[0] = len % 12;
	data[4] = event;
}

#endif /* VSER_CTRL_MSG_CASES_H */
