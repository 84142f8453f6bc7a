/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: one named, two-way byte stream.
 *
 * Life: allocated and attached to its pair when the host adds it, detached when
 * the host removes it or the device goes ("unplugged"; it never comes back to
 * life), freed with the last reference to its struct device. An open file holds
 * such a reference through the cdev, nothing else of the device.
 *
 * Unless a member says otherwise it is protected by pair->lock. The port is
 * alive while pair->port points to it; only then may it touch the pair's rings.
 */
#ifndef VSER_PORT_H
#define VSER_PORT_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <gatehouse/virtio_serial.h>

#include "events.h"
#include "limits.h"

struct dentry;
struct fasync_struct;
struct irq_work;
struct vser_buf;
struct vser_pair;
struct vser_port;
struct vser_port_state;
struct vser_vqs;

/**
 * struct vser_port_ops - what a port needs of the control channel above it
 * @set_open: the host shall know that the guest has opened or closed @port;
 *            does not sleep and does not wait for the host
 */
struct vser_port_ops {
	void (*set_open)(struct vser_port *port, bool open);
};

/**
 * struct vser_port - a port
 * @dev: the visible device; its reference count is the port's
 * @cdev: /dev/vportNpM
 * @vqs: a reference, keeps @pair's memory
 * @pair: the queues; fixed
 * @ops: fixed
 * @id: the port's number on its device; fixed
 * @name: NULL until the host has told it, then fixed; smp_store_release()
 * @console: the host wants a console here, not a byte stream; never cleared
 * @broken: the host has broken a queue; like unplugged, for who uses the port
 * @opened: a file is open, or just being opened or closed; or it is a console
 * @host_open: the host's end is connected
 * @events: what has happened
 * @counters: how much, as VSER_PORT_GET_COUNTERS tells it
 * @limits: how many buffers it may hold; what is posted already stays
 * @rx_ready: buffers with data for the reader, oldest first; the first one's
 *            @off and removal belong to the holder of @rx_mutex; for a
 *            console, to vser_rx_get()
 * @rx_mutex: one reader at a time copies; never held while waiting for data
 * @tx_free: empty buffers, to be used again
 * @tx_nr_free: their number
 * @tx_fill: collects small writes while the host is busy, or NULL
 * @tx_taken: a writer holds a buffer; cleared if what is in it, or will be, is
 *            not to be sent any more
 * @tx_stalled: somebody was told that there is no space
 * @tx_drainers: how many wait for the device to use what was written
 * @tx_lost_seen: counters.tx_lost when fsync() or open() last looked
 * @tx_mutex: one writer at a time copies; never held while waiting for space
 * @wait: sleepers, for any change of state
 * @vtermno: hvc's number for the console, 0 if it is none yet; only
 *           vser_ctrl::work, and who has stopped that, change it
 * @hvc_index: N of its /dev/hvcN, with @vtermno
 * @console_event: queued when something happens to a console, or NULL
 * @debugfs: its file; only vser_ctrl::work and who has stopped that use it
 * @fasync: who gets SIGIO; has its own lock
 */
struct vser_port {
	struct device dev;
	struct cdev cdev;
	struct vser_vqs *vqs;
	struct vser_pair *pair;
	const struct vser_port_ops *ops;
	u32 id;
	const char *name;

	bool console;
	bool broken;
	bool opened;
	bool host_open;
	struct vser_events events;
	struct vser_port_counters counters;

	struct vser_limits limits;

	struct list_head rx_ready;
	struct mutex rx_mutex;

	struct list_head tx_free;
	unsigned int tx_nr_free;
	struct vser_buf *tx_fill;
	bool tx_taken;
	bool tx_stalled;
	unsigned int tx_drainers;
	u64 tx_lost_seen;
	struct mutex tx_mutex;

	u32 vtermno;
	int hvc_index;
	struct irq_work *console_event;

	wait_queue_head_t wait;
	struct fasync_struct *fasync;
	struct dentry *debugfs;
};

struct vser_port *vser_port_alloc(struct vser_vqs *vqs, u32 id,
				  const struct vser_port_ops *ops);
void vser_port_release(struct vser_port *port);
bool vser_port_is_alive(const struct vser_port *port);
bool vser_port_has_space(const struct vser_port *port);
void vser_port_get_state(const struct vser_port *port,
			 struct vser_port_state *state);
int vser_port_set_name(struct vser_port *port, const char *name);

#endif /* VSER_PORT_H */
