/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/vser-device: a virtio console device whose host half is the program that
 * has the file open. For tests; the module is never installed.
 *
 *	fd = open("/dev/vser-device", O_RDWR | O_CLOEXEC);
 *	ioctl(fd, VSER_DEVICE_CREATE, ...)	the driver's probe runs in this call
 *	ioctl(fd, VSER_DEVICE_TAKE, ...)	queue 3: what the driver says to us
 *	ioctl(fd, VSER_DEVICE_TAKE, ...)	queue 2: a buffer for a message of ours
 *	ioctl(fd, VSER_DEVICE_GIVE, ...)	the message, and an interrupt
 *	close(fd)				the device is gone when this returns
 *
 * The program may lie about everything that is on the wire: lengths, ids,
 * indices, status, configuration. The module itself writes to the rings, and to
 * buffers that the driver has posted, within their bounds. From the first lie
 * about an id on, nobody knows whose a buffer is; so it stays away from those of
 * that queue until the driver resets the device.
 *
 * Queues are numbered as the specification does: 0 and 1 are port 0's receive
 * and transmit queue, 2 and 3 the control queues, 2 * id + 2 and 2 * id + 3
 * those of port id. Each struct begins with its size and flags.
 *
 *	EBUSY		CREATE: this file has made its device already
 *			WATCH: a file has done it already, and is open
 *	EINVAL		a struct that is too small, or a value out of range
 *	E2BIG		a struct from the future, with something in it
 *	EOPNOTSUPP	an unknown flag, feature or field
 *	ENOTTY		an unknown call
 *	ENXIO		no such queue: the driver has not set it up, or has reset
 *			the device; or no device yet, or not any more
 *	EAGAIN		TAKE: the driver has posted nothing, even after the timeout
 *	EINTR		TAKE, SETTLE: a signal came
 *	ETIMEDOUT	SETTLE: there is work all the time
 */
#ifndef VSER_DEVICE_H
#define VSER_DEVICE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VSER_DEVICE_IOC 0xb7

/**
 * struct vser_device_create - ioctl(VSER_DEVICE_CREATE): plug the device in
 * @size: of the struct
 * @flags: none
 * @features: bits 0..63 of virtio that the device offers
 * @max_nr_ports: as the configuration space tells it
 * @ring_size: descriptors of each queue; a power of two, at most 1024
 * @queues: how many the device has; the driver does not get more
 * @cols: as the configuration space tells it
 * @rows: as the configuration space tells it
 * @index: returned: N of /sys/bus/virtio/devices/virtioN, /dev/vportNpM
 * @__reserved: 0
 */
struct vser_device_create {
	__u32 size;
	__u32 flags;
	__aligned_u64 features;
	__u32 max_nr_ports;
	__u32 ring_size;
	__u32 queues;
	__u16 cols;
	__u16 rows;
	__u32 index;
	__u32 __reserved;
};

#define VSER_DEVICE_CREATE _IO(VSER_DEVICE_IOC, 0)

/**
 * struct vser_device_take - ioctl(VSER_DEVICE_TAKE): the next buffer that the
 * driver has posted
 * @size: of the struct
 * @flags: none
 * @queue: of which queue
 * @timeout_ms: how long to wait for one
 * @data: where its readable bytes go
 * @data_size: how many fit there
 * @id: returned: of the buffer, for GIVE
 * @readable: returned: bytes that the driver sends
 * @writable: returned: bytes that the driver has room for
 */
struct vser_device_take {
	__u32 size;
	__u32 flags;
	__u32 queue;
	__u32 timeout_ms;
	__aligned_u64 data;
	__u32 data_size;
	__u32 id;
	__u32 readable;
	__u32 writable;
};

#define VSER_DEVICE_TAKE _IO(VSER_DEVICE_IOC, 1)

#define VSER_DEVICE_GIVE_INTERRUPT	0x1 /* whether it is asked for or not */
#define VSER_DEVICE_GIVE_QUIETLY	0x2 /* no interrupt */

/**
 * struct vser_device_give - ioctl(VSER_DEVICE_GIVE): return a buffer
 * @size: of the struct
 * @flags: VSER_DEVICE_GIVE_*; 0: an interrupt if the driver has asked for it
 * @queue: of which queue
 * @id: of the buffer; any value
 * @length: bytes that the device says it has written; any value
 * @data_size: bytes that it does write, as far as there is room
 * @data: where they are
 */
struct vser_device_give {
	__u32 size;
	__u32 flags;
	__u32 queue;
	__u32 id;
	__u32 length;
	__u32 data_size;
	__aligned_u64 data;
};

#define VSER_DEVICE_GIVE _IO(VSER_DEVICE_IOC, 2)

#define VSER_DEVICE_USED_FLAGS	0
#define VSER_DEVICE_USED_INDEX	1
#define VSER_DEVICE_USED_ID	2 /* of element @index */
#define VSER_DEVICE_USED_LENGTH	3 /* of element @index */
#define VSER_DEVICE_AVAIL_EVENT	4

/**
 * struct vser_device_poke - ioctl(VSER_DEVICE_POKE): write to the device's half
 * of a ring
 * @size: of the struct
 * @flags: none
 * @queue: of which queue
 * @field: VSER_DEVICE_USED_*, VSER_DEVICE_AVAIL_EVENT
 * @index: of an element: below ring_size; else 0
 * @value: what; 16 bits of it where the field has no more
 */
struct vser_device_poke {
	__u32 size;
	__u32 flags;
	__u32 queue;
	__u32 field;
	__u32 index;
	__u32 value;
};

#define VSER_DEVICE_POKE _IO(VSER_DEVICE_IOC, 3)

/**
 * struct vser_device_interrupt - ioctl(VSER_DEVICE_INTERRUPT): of a queue
 * @size: of the struct
 * @flags: none
 * @queue: of which queue
 * @__reserved: 0
 */
struct vser_device_interrupt {
	__u32 size;
	__u32 flags;
	__u32 queue;
	__u32 __reserved;
};

#define VSER_DEVICE_INTERRUPT _IO(VSER_DEVICE_IOC, 4)

#define VSER_DEVICE_CONFIG_SET		0x1 /* else only look */
#define VSER_DEVICE_CONFIG_INTERRUPT	0x2

/**
 * struct vser_device_config - ioctl(VSER_DEVICE_CONFIG): configuration and status
 * @size: of the struct
 * @flags: VSER_DEVICE_CONFIG_*
 * @max_nr_ports: to set
 * @cols: to set
 * @rows: to set
 * @claimed: to set: bits that the status has besides what the driver has set
 * @status: returned: what the driver has set
 * @features: returned: what was negotiated
 */
struct vser_device_config {
	__u32 size;
	__u32 flags;
	__u32 max_nr_ports;
	__u16 cols;
	__u16 rows;
	__u32 claimed;
	__u32 status;
	__aligned_u64 features;
};

#define VSER_DEVICE_CONFIG _IO(VSER_DEVICE_IOC, 5)

#define VSER_DEVICE_REMOVE_BROKEN 0x1 /* it is dead before the driver knows */

/**
 * struct vser_device_remove - ioctl(VSER_DEVICE_REMOVE): unplug the device
 * @size: of the struct
 * @flags: VSER_DEVICE_REMOVE_*
 */
struct vser_device_remove {
	__u32 size;
	__u32 flags;
};

#define VSER_DEVICE_REMOVE _IO(VSER_DEVICE_IOC, 6)

/**
 * struct vser_device_sleep - ioctl(VSER_DEVICE_SLEEP): what the bus does with the
 * device in a suspend; programs go on
 * @size: of the struct
 * @flags: none
 */
struct vser_device_sleep {
	__u32 size;
	__u32 flags;
};

#define VSER_DEVICE_SLEEP _IO(VSER_DEVICE_IOC, 7)

#define VSER_DEVICE_WAKE_REFUSES 0x1 /* the features that were negotiated */

/**
 * struct vser_device_wake - ioctl(VSER_DEVICE_WAKE): what it does afterwards
 * @size: of the struct
 * @flags: VSER_DEVICE_WAKE_*
 * @queues: how many the device has from now on
 * @ring_size: descriptors of each queue from now on, as in VSER_DEVICE_CREATE
 *
 * Any error of the driver's is returned. Of a device that refuses, it does not
 * hear.
 */
struct vser_device_wake {
	__u32 size;
	__u32 flags;
	__u32 queues;
	__u32 ring_size;
};

#define VSER_DEVICE_WAKE _IO(VSER_DEVICE_IOC, 8)

/**
 * struct vser_device_emergency - ioctl(VSER_DEVICE_EMERGENCY): what the driver
 * has written to the configuration's emerg_wr since the last call
 * @size: of the struct
 * @flags: none
 * @data: where the characters go, the oldest first
 * @data_size: how many fit there
 * @length: returned: how many there were; those that did not fit are lost
 */
struct vser_device_emergency {
	__u32 size;
	__u32 flags;
	__aligned_u64 data;
	__u32 data_size;
	__u32 length;
};

#define VSER_DEVICE_EMERGENCY _IO(VSER_DEVICE_IOC, 9)

/**
 * struct vser_device_oops - ioctl(VSER_DEVICE_OOPS): the kernel prints a line as
 * it does in an oops
 * @size: of the struct
 * @flags: none
 * @text: printable; NUL-terminated
 */
struct vser_device_oops {
	__u32 size;
	__u32 flags;
	char text[56];
};

#define VSER_DEVICE_OOPS _IO(VSER_DEVICE_IOC, 10)

/**
 * struct vser_device_watch - ioctl(VSER_DEVICE_WATCH): look at the work that work
 * queues do for a module, until the file is closed
 * @size: of the struct
 * @flags: none
 * @begin: where the module's code begins
 * @end: where it ends
 * @handle: the common_handle of a KCOV_REMOTE_ENABLE, which gets the record of
 *          that work, one at a time; or 0
 */
struct vser_device_watch {
	__u32 size;
	__u32 flags;
	__aligned_u64 begin;
	__aligned_u64 end;
	__aligned_u64 handle;
};

#define VSER_DEVICE_WATCH _IO(VSER_DEVICE_IOC, 11)

/**
 * struct vser_device_settle - ioctl(VSER_DEVICE_SETTLE): wait until nothing is
 * left of the work that is watched, by this file or another
 * @size: of the struct
 * @flags: none
 * @timeout_ms: how long to wait
 * @__reserved: 0
 */
struct vser_device_settle {
	__u32 size;
	__u32 flags;
	__u32 timeout_ms;
	__u32 __reserved;
};

#define VSER_DEVICE_SETTLE _IO(VSER_DEVICE_IOC, 12)

#endif /* VSER_DEVICE_H */
