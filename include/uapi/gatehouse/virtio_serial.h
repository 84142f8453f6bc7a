/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What a program may ask of an open virtio-serial port beyond read, write and
 * poll: ioctls on a descriptor of /dev/vportNpM or /dev/virtio-ports/NAME.
 *
 * DOC: Conventions
 *
 * Each takes a pointer to a struct that begins with @size, its size as the
 * program knows it, and @flags. A struct may grow at its end: a smaller one of
 * an older program is served as it was, a larger one of a newer program too as
 * long as what this kernel does not know of it is zero. All else is output.
 *
 * They work as long as the descriptor is open, also when the port is unplugged.
 *
 * ============ ============================================================
 * ENOTTY       no ioctl of this number: another driver, or an older one
 * EINVAL       @size is smaller than the struct has ever been
 * E2BIG        something is set in the part that this kernel does not know
 * EOPNOTSUPP   a bit of @flags that this kernel does not know
 * EFAULT       the struct can't be read or written
 * ============ ============================================================
 *
 * DOC: Telling a reconnect from silence
 *
 *	struct vser_port_events events = { .size = sizeof(events) };
 *	int fd = open("/dev/virtio-ports/org.example.0", O_RDWR | O_CLOEXEC);
 *
 *	ioctl(fd, VSER_PORT_GET_EVENTS, &events);
 *	session = events.generation;
 *	for (;;) {
 *		struct pollfd port = { .fd = fd, .events = POLLIN | POLLPRI };
 *
 *		poll(&port, 1, -1);
 *		if (port.revents & POLLPRI) {
 *			ioctl(fd, VSER_PORT_GET_EVENTS, &events);
 *			if (events.generation != session)
 *				...the host has left since, and somebody came
 *		}
 *		...
 *	}
 */
#ifndef _UAPI_GATEHOUSE_VIRTIO_SERIAL_H
#define _UAPI_GATEHOUSE_VIRTIO_SERIAL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VSER_IOC	0xFB

#define VSER_PORT_GET_INFO	_IO(VSER_IOC, 0x00)
#define VSER_PORT_GET_EVENTS	_IO(VSER_IOC, 0x01)
#define VSER_PORT_GET_COUNTERS	_IO(VSER_IOC, 0x02)

/* Room for a name and its NUL. */
#define VSER_NAME_SIZE	256

/* vser_port_info::state */
#define VSER_PORT_HOST_CONNECTED	(1U << 0)	/* a program on the host is there */
#define VSER_PORT_UNPLUGGED		(1U << 1)	/* the port has gone for good */
#define VSER_PORT_BROKEN		(1U << 2)	/* the device has broken its queues */

/**
 * struct vser_port_info - VSER_PORT_GET_INFO: which port this is
 * @size: sizeof(struct vser_port_info)
 * @flags: 0
 * @device: the N of vportNpM: the number of the virtio device
 * @id: the M of vportNpM: the number of the port on its device
 * @state: VSER_PORT_*
 * @reserved: 0
 * @generation: how often a program on the host has connected; 0: never. When so
 *              much happened that messages of the host were lost, it counts one
 *              more, although perhaps nobody came
 * @name: what the host calls the port, NUL-terminated; empty: no name
 */
struct vser_port_info {
	__u32 size;
	__u32 flags;
	__u32 device;
	__u32 id;
	__u32 state;
	__u32 reserved;
	__u64 generation;
	char name[VSER_NAME_SIZE];
};

/* vser_port_events::causes, ::last */
#define VSER_EVENT_DATA		(1U << 0)	/* data came: POLLIN */
#define VSER_EVENT_SPACE	(1U << 1)	/* room for a write returned: POLLOUT */
#define VSER_EVENT_CONNECT	(1U << 2)	/* the host connected: POLLPRI */
#define VSER_EVENT_DISCONNECT	(1U << 3)	/* the host left: POLLPRI, POLLRDHUP */
#define VSER_EVENT_UNPLUG	(1U << 4)	/* the port went: POLLPRI, POLLRDHUP */

/* vser_port_events::flags */
#define VSER_EVENTS_PEEK	(1U << 0)	/* look only: forget nothing, ask for nothing */
#define VSER_EVENTS_STOP	(1U << 1)	/* no more POLLPRI and POLLRDHUP from now on */

/**
 * struct vser_port_events - VSER_PORT_GET_EVENTS: what has happened
 * @size: sizeof(struct vser_port_events)
 * @flags: VSER_EVENTS_*
 * @causes: VSER_EVENT_*: all that has happened since the last call, or since
 *          the port was opened; the call forgets them
 * @last: VSER_EVENT_*: the newest of them: why the last SIGIO was sent; 0: none
 * @generation: as in struct vser_port_info, of the same moment
 *
 * The first call also asks for events: from then on poll() says POLLPRI while
 * @causes has a CONNECT, DISCONNECT or UNPLUG that no call has fetched, and
 * POLLRDHUP while it has one of the latter two. Programs that never call see
 * neither.
 */
struct vser_port_events {
	__u32 size;
	__u32 flags;
	__u32 causes;
	__u32 last;
	__u64 generation;
};

/**
 * struct vser_port_counters - VSER_PORT_GET_COUNTERS: since the port was plugged
 * @size: sizeof(struct vser_port_counters)
 * @flags: 0
 * @rx_bytes: bytes that arrived
 * @rx_buffers: buffers that they came in
 * @rx_discarded: bytes that arrived and were thrown away: unread at a close, or
 *                between two opens
 * @rx_bad: buffers that the device returned with an impossible length
 * @tx_bytes: bytes that writes have taken
 * @tx_buffers: buffers that they went out in
 * @tx_lost: buffers of which it is not known whether the device has used them,
 *           because the host left first
 * @tx_repeated: buffers that went out again after a suspend, because the device
 *               had not returned them
 */
struct vser_port_counters {
	__u32 size;
	__u32 flags;
	__u64 rx_bytes;
	__u64 rx_buffers;
	__u64 rx_discarded;
	__u64 rx_bad;
	__u64 tx_bytes;
	__u64 tx_buffers;
	__u64 tx_lost;
	__u64 tx_repeated;
};

#endif /* _UAPI_GATEHOUSE_VIRTIO_SERIAL_H */
