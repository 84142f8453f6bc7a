// SPDX-License-Identifier: GPL-2.0
/*
 * Handling of control messages.
 *
 * If a message may have been lost, because the queue was full or because memory
 * was short when it was to be obeyed, we send PORT_READY for every port number.
 * The device answers for each port it has with its name, and with PORT_OPEN if
 * it is connected. Such an answer about a port we do not know counts as its
 * PORT_ADD, another name as a replug, and a name without PORT_OPEN says that the
 * host has left. QEMU complains on the host about the numbers it does not have,
 * so this is done only when it must, and once a second at most.
 *
 * A device that has slept tells of its ports anew, which it has a second for.
 * What it tells of those we know are answers like the above, and a port that it
 * does not tell of has gone.
 */

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>

#include <gatehouse/virtio_serial.h>

#include "chardev.h"
#include "console.h"
#include "ctrl.h"
#include "debugfs.h"
#include "named_node.h"
#include "notify.h"
#include "port.h"
#include "port_rx.h"
#include "port_sync.h"
#include "port_tx.h"
#include "sysfs.h"
#include "vqs.h"

static struct vser_ctrl *vser_ctrl_of(struct vser_port *port)
{
	return container_of(port->vqs->ctrl_queue, struct vser_ctrl, queue);
}

/* An unplugged port has nothing to say, and its device may be gone. */
static void vser_ctrl_set_open(struct vser_port *port, bool open)
{
	spin_lock_irq(&port->pair->lock);
	if (vser_port_is_alive(port))
		vser_ctrl_queue_open(&vser_ctrl_of(port)->queue, port->id, open);
	spin_unlock_irq(&port->pair->lock);
}

static const struct vser_port_ops vser_ctrl_port_ops = {
	.set_open = vser_ctrl_set_open,
};

static void vser_ctrl_attach(struct vser_port *port)
{
	spin_lock_irq(&port->pair->lock);
	port->pair->port = port;
	spin_unlock_irq(&port->pair->lock);
}

/* What has arrived stays readable; all else ends here. */
static void vser_ctrl_detach(struct vser_port *port)
{
	spin_lock_irq(&port->pair->lock);
	vser_rx_poll(port);
	vser_tx_abandon(port);
	WRITE_ONCE(port->host_open, false);
	port->pair->port = NULL;
	vser_notify(port, VSER_EVENT_UNPLUG);
	spin_unlock_irq(&port->pair->lock);
}

/* One that is a console can't be opened from the moment it is visible. */
static int vser_ctrl_add_port(struct vser_ctrl *ctrl, u32 id, bool console)
{
	struct vser_port *port;
	int err;

	port = vser_chardev_alloc(ctrl->vqs, id, &vser_ctrl_port_ops);
	if (IS_ERR(port)) {
		err = PTR_ERR(port);
		goto err_log;
	}
	port->console = console;
	port->opened = console;
	vser_ctrl_attach(port);
	err = vser_chardev_add(port);
	if (err)
		goto err_detach;
	vser_debugfs_add(port);
	return 0;

err_detach:
	vser_ctrl_detach(port);
	vser_ctrl_queue_forget(&ctrl->queue, id);
	vser_chardev_put(port);
err_log:
	dev_err_ratelimited(&ctrl->vqs->vdev->dev,
			    "port %u can't be added: %d\n", id, err);
	if (err == -ENOMEM)
		vser_ctrl_queue_lose(&ctrl->queue);
	return err;
}

static void vser_ctrl_remove_port(struct vser_ctrl *ctrl, struct vser_port *port)
{
	u32 id = port->id;

	vser_ctrl_detach(port);
	vser_ctrl_queue_forget(&ctrl->queue, id);
	vser_debugfs_del(port);
	vser_named_node_del(port);
	vser_console_del(port);
	vser_chardev_del(port);
	vser_chardev_put(port);
}

static bool vser_ctrl_is_broken(struct vser_port *port)
{
	bool broken;

	spin_lock_irq(&port->pair->lock);
	broken = port->broken;
	spin_unlock_irq(&port->pair->lock);
	return broken;
}

static void vser_ctrl_handle_add(struct vser_ctrl *ctrl, u32 id)
{
	struct vser_port *port = ctrl->vqs->pairs[id].port;
	int err = 0;

	__clear_bit(id, ctrl->asked);
	/* It came back with new queues, but a port is never revived. */
	if (port && __test_and_clear_bit(id, ctrl->missing)) {
		__set_bit(id, ctrl->named);
		if (vser_ctrl_is_broken(port))
			vser_ctrl_remove_port(ctrl, port);
	}
	if (!ctrl->vqs->pairs[id].port)
		err = vser_ctrl_add_port(ctrl, id, false);
	vser_ctrl_queue_ready(&ctrl->queue, id, !err);
}

static void vser_ctrl_handle_open(struct vser_port *port, bool open)
{
	bool changed;

	spin_lock_irq(&port->pair->lock);
	changed = port->host_open != open;
	WRITE_ONCE(port->host_open, open);
	if (changed && open) {
		vser_notify(port, VSER_EVENT_CONNECT);
	} else if (changed) {
		vser_tx_abandon(port);
		vser_notify(port, VSER_EVENT_DISCONNECT);
	}
	vser_tx_resume(port->pair);
	spin_unlock_irq(&port->pair->lock);
	if (changed)
		vser_sysfs_host_changed(port);
}

/* It is connected, as it was before messages were lost. Perhaps another one. */
static void vser_ctrl_handle_still_open(struct vser_port *port)
{
	spin_lock_irq(&port->pair->lock);
	if (port->host_open) {
		vser_notify(port, VSER_EVENT_DISCONNECT);
		vser_notify(port, VSER_EVENT_CONNECT);
	}
	spin_unlock_irq(&port->pair->lock);
}

/* The size in the device's configuration is that of port 0's console. */
static void vser_ctrl_read_size(struct vser_ctrl *ctrl)
{
	struct virtio_device *vdev = ctrl->vqs->vdev;
	struct vser_port *port = ctrl->vqs->pairs[0].port;
	u16 cols, rows;

	if (!port || !virtio_has_feature(vdev, VIRTIO_CONSOLE_F_SIZE))
		return;
	virtio_cread(vdev, struct virtio_console_config, cols, &cols);
	virtio_cread(vdev, struct virtio_console_config, rows, &rows);
	vser_console_resize(port, cols, rows);
}

/* For a port that is claimed as a console. */
static int vser_ctrl_start_console(struct vser_ctrl *ctrl, struct vser_port *port)
{
	int err;

	if (port->vtermno)
		return 0;
	err = vser_rx_start(port);
	if (!err)
		err = vser_console_add(port);
	if (err) {
		dev_err_ratelimited(&ctrl->vqs->vdev->dev,
				    "port %u can't be a console: %d\n",
				    port->id, err);
		return err;
	}
	vser_ctrl_set_open(port, true);
	if (!port->id)
		vser_ctrl_read_size(ctrl);
	return 0;
}

/* Return: false if a program has opened the port before we knew. */
static bool vser_ctrl_claim_console(struct vser_port *port)
{
	spin_lock_irq(&port->pair->lock);
	if (!port->opened) {
		port->console = true;
		port->opened = true;
	}
	spin_unlock_irq(&port->pair->lock);
	return port->console;
}

/* A program that has the port open keeps what to it looks unplugged. */
static void vser_ctrl_handle_console(struct vser_ctrl *ctrl,
				     struct vser_port *port)
{
	u32 id = port->id;

	if (!vser_ctrl_claim_console(port)) {
		if (port->name)
			vser_ctrl_queue_lose(&ctrl->queue);
		vser_ctrl_remove_port(ctrl, port);
		if (vser_ctrl_add_port(ctrl, id, true))
			return;
		port = ctrl->vqs->pairs[id].port;
	}
	if (vser_ctrl_start_console(ctrl, port) == -ENOMEM)
		vser_ctrl_queue_lose(&ctrl->queue);
}

/* Only after a lost PORT_REMOVE and PORT_ADD is it another name. */
static void vser_ctrl_handle_name(struct vser_ctrl *ctrl, struct vser_port *port,
				  const struct vser_ctrl_msg *msg)
{
	int err;

	__set_bit(msg->id, ctrl->named);
	if (port->name && strcmp(port->name, msg->name)) {
		bool console = port->console;

		vser_ctrl_remove_port(ctrl, port);
		if (vser_ctrl_add_port(ctrl, msg->id, console))
			return;
		port = ctrl->vqs->pairs[msg->id].port;
		if (console)
			vser_ctrl_start_console(ctrl, port);
	}
	err = vser_port_set_name(port, msg->name);
	if (err == -ENOMEM)
		vser_ctrl_queue_lose(&ctrl->queue);
	if (err)
		return;
	vser_named_node_add(port);
	vser_sysfs_name_changed(port);
}

/* Messages about a port that is there. */
static void vser_ctrl_handle_port(struct vser_ctrl *ctrl, struct vser_port *port,
				  const struct vser_ctrl_msg *msg)
{
	switch (msg->event) {
	case VIRTIO_CONSOLE_PORT_REMOVE:
		vser_ctrl_remove_port(ctrl, port);
		break;
	case VIRTIO_CONSOLE_PORT_NAME:
		vser_ctrl_handle_name(ctrl, port, msg);
		break;
	case VIRTIO_CONSOLE_PORT_OPEN:
		if (__test_and_clear_bit(msg->id, ctrl->unsure) && msg->value &&
		    !ctrl->awoken)
			vser_ctrl_handle_still_open(port);
		vser_ctrl_handle_open(port, msg->value);
		break;
	case VIRTIO_CONSOLE_CONSOLE_PORT:
		vser_ctrl_handle_console(ctrl, port);
		break;
	case VIRTIO_CONSOLE_RESIZE:
		vser_console_resize(port, msg->cols, msg->rows);
		break;
	}
}

static void vser_ctrl_handle(struct vser_ctrl *ctrl,
			     const struct vser_ctrl_msg *msg)
{
	struct vser_pair *pair = &ctrl->vqs->pairs[msg->id];

	if (msg->event == VIRTIO_CONSOLE_PORT_ADD) {
		vser_ctrl_handle_add(ctrl, msg->id);
		return;
	}
	__clear_bit(msg->id, ctrl->missing);
	if (msg->event == VIRTIO_CONSOLE_PORT_REMOVE)
		__clear_bit(msg->id, ctrl->asked);
	else if (!pair->port && test_bit(msg->id, ctrl->asked))
		vser_ctrl_add_port(ctrl, msg->id, false);
	if (pair->port)
		vser_ctrl_handle_port(ctrl, pair->port, msg);
}

static void vser_ctrl_ask(struct vser_ctrl *ctrl)
{
	u32 nr = ctrl->vqs->nr_ports;
	u32 id;

	dev_dbg(&ctrl->vqs->vdev->dev, "messages may be lost, asking again\n");
	ctrl->next_ask = jiffies + HZ;
	bitmap_zero(ctrl->named, nr);
	bitmap_zero(ctrl->unsure, nr);
	vser_ctrl_queue_ask(&ctrl->queue);
	for (id = 0; id < nr; id++) {
		struct vser_port *port = ctrl->vqs->pairs[id].port;

		if (!port)
			__set_bit(id, ctrl->asked);
		else if (port->host_open)
			__set_bit(id, ctrl->unsure);
		/* It has nothing to answer with. */
		if (port && !port->name)
			__clear_bit(id, ctrl->missing);
		vser_ctrl_queue_ready(&ctrl->queue, id, true);
		cond_resched();
	}
}

/*
 * The host has told nothing of some ports that the device had before it slept,
 * and of others the names, and not that they are open.
 */
static void vser_ctrl_conclude(struct vser_ctrl *ctrl)
{
	u32 id;

	for_each_set_bit(id, ctrl->missing, ctrl->vqs->nr_ports)
		vser_ctrl_remove_port(ctrl, ctrl->vqs->pairs[id].port);
	bitmap_zero(ctrl->missing, ctrl->vqs->nr_ports);
	ctrl->awoken = false;
	bitmap_and(ctrl->unsure, ctrl->unsure, ctrl->named, ctrl->vqs->nr_ports);
	for_each_set_bit(id, ctrl->unsure, ctrl->vqs->nr_ports) {
		if (ctrl->vqs->pairs[id].port)
			vser_ctrl_handle_open(ctrl->vqs->pairs[id].port, false);
	}
}

/* If so, vser_ctrl::later is under way. */
static bool vser_ctrl_is_early(const struct vser_ctrl *ctrl)
{
	return ctrl->awoken && time_before(jiffies, ctrl->known);
}

/* Before anything is said of a port, for then the device may send to it. */
static void vser_ctrl_resume_rx(struct vser_ctrl *ctrl)
{
	u32 id;

	for (id = 0; id < ctrl->vqs->nr_ports; id++) {
		vser_rx_resume(&ctrl->vqs->pairs[id]);
		cond_resched();
	}
}

/* One fifo's worth at a time, for other work of this CPU also has to run. */
static void vser_ctrl_work(struct work_struct *work)
{
	struct vser_ctrl *ctrl = container_of(work, struct vser_ctrl, work);
	struct vser_ctrl_msg msg;
	unsigned int i;

	if (xchg(&ctrl->rx_waits, false))
		vser_ctrl_resume_rx(ctrl);
	if (xchg(&ctrl->config_changed, false))
		vser_ctrl_read_size(ctrl);
	for (i = 0; i < VSER_CTRL_FIFO; i++) {
		if (!vser_ctrl_queue_next(&ctrl->queue, &msg))
			break;
		vser_ctrl_handle(ctrl, &msg);
		cond_resched();
	}
	if (i == VSER_CTRL_FIFO)
		vser_ctrl_queue_wake(&ctrl->queue);
	else if (!vser_ctrl_is_early(ctrl) &&
		 vser_ctrl_queue_answered(&ctrl->queue))
		vser_ctrl_conclude(ctrl);
	else if (!vser_ctrl_queue_lost(&ctrl->queue))
		return;
	else if (time_before(jiffies, ctrl->next_ask))
		schedule_delayed_work(&ctrl->later, HZ);
	else
		vser_ctrl_ask(ctrl);
}

static void vser_ctrl_later(struct work_struct *work)
{
	struct vser_ctrl *ctrl = container_of(to_delayed_work(work),
					      struct vser_ctrl, later);

	vser_ctrl_queue_wake(&ctrl->queue);
}

static void vser_ctrl_free(struct vser_ctrl *ctrl)
{
	bitmap_free(ctrl->missing);
	bitmap_free(ctrl->unsure);
	bitmap_free(ctrl->named);
	bitmap_free(ctrl->asked);
}

/**
 * vser_ctrl_init - allocate
 * @ctrl: zeroed memory
 * @vqs: the device's queues, not found yet
 *
 * Return: 0 or -ENOMEM.
 */
int vser_ctrl_init(struct vser_ctrl *ctrl, struct vser_vqs *vqs)
{
	int err;

	ctrl->vqs = vqs;
	ctrl->next_ask = jiffies;
	INIT_WORK(&ctrl->work, vser_ctrl_work);
	INIT_DELAYED_WORK(&ctrl->later, vser_ctrl_later);
	ctrl->asked = bitmap_zalloc(vqs->nr_ports, GFP_KERNEL);
	ctrl->named = bitmap_zalloc(vqs->nr_ports, GFP_KERNEL);
	ctrl->unsure = bitmap_zalloc(vqs->nr_ports, GFP_KERNEL);
	ctrl->missing = bitmap_zalloc(vqs->nr_ports, GFP_KERNEL);
	err = vser_ctrl_queue_init(&ctrl->queue, vqs, &ctrl->work);
	if (err)
		goto err_free;
	err = -ENOMEM;
	if (!ctrl->asked || !ctrl->named || !ctrl->unsure || !ctrl->missing)
		goto err_exit_queue;
	vqs->ctrl_queue = &ctrl->queue;
	return 0;

err_exit_queue:
	vser_ctrl_queue_exit(&ctrl->queue);
err_free:
	vser_ctrl_free(ctrl);
	return err;
}

/**
 * vser_ctrl_exit - free what init has allocated
 * @ctrl: a channel that is stopped, of a device that has been reset
 */
void vser_ctrl_exit(struct vser_ctrl *ctrl)
{
	vser_ctrl_queue_exit(&ctrl->queue);
	vser_ctrl_free(ctrl);
}

/* Without MULTIPORT there is port 0, a console. */
static int vser_ctrl_start_single(struct vser_ctrl *ctrl)
{
	struct vser_port *port;
	int err;

	err = vser_ctrl_add_port(ctrl, 0, true);
	if (err)
		return err;
	port = ctrl->vqs->pairs[0].port;
	vser_ctrl_handle_open(port, true);
	err = vser_ctrl_start_console(ctrl, port);
	if (err)
		vser_ctrl_remove_port(ctrl, port);
	return err;
}

/**
 * vser_ctrl_start - let ports come
 * @ctrl: the channel of a device that is ready
 *
 * Return: 0 or a negative errno.
 */
int vser_ctrl_start(struct vser_ctrl *ctrl)
{
	if (!vser_vqs_have_ctrl(ctrl->vqs))
		return vser_ctrl_start_single(ctrl);
	return vser_ctrl_queue_start(&ctrl->queue);
}

/**
 * vser_ctrl_config_changed - the device has, or may have, another configuration
 * @ctrl: the channel of a bound device
 *
 * Context: any.
 */
void vser_ctrl_config_changed(struct vser_ctrl *ctrl)
{
	WRITE_ONCE(ctrl->config_changed, true);
	vser_ctrl_queue_wake(&ctrl->queue);
}

/**
 * vser_ctrl_suspend - let no ports come and go until vser_ctrl_resume()
 * @ctrl: the channel
 */
void vser_ctrl_suspend(struct vser_ctrl *ctrl)
{
	/* From here on work finds nothing to do; what it has queued goes, too. */
	vser_ctrl_queue_stop(&ctrl->queue);
	cancel_work_sync(&ctrl->work);
	cancel_delayed_work_sync(&ctrl->later);
	cancel_work_sync(&ctrl->work);
}

/**
 * vser_ctrl_resume - find out which ports are still there, and go on
 * @ctrl: the channel of a device that has been reset and is ready again
 *
 * Return: 0 or -ENOMEM.
 */
int vser_ctrl_resume(struct vser_ctrl *ctrl)
{
	u32 nr = ctrl->vqs->nr_ports;
	u32 id;

	ctrl->rx_waits = true;
	vser_ctrl_config_changed(ctrl);
	/* Without MULTIPORT what there is, is still there. */
	if (!vser_vqs_have_ctrl(ctrl->vqs))
		return 0;
	ctrl->awoken = true;
	ctrl->known = jiffies + HZ;
	bitmap_zero(ctrl->asked, nr);
	bitmap_zero(ctrl->named, nr);
	bitmap_zero(ctrl->unsure, nr);
	bitmap_zero(ctrl->missing, nr);
	for (id = 0; id < nr; id++) {
		const struct vser_port *port = ctrl->vqs->pairs[id].port;

		if (port)
			__set_bit(id, ctrl->missing);
		if (port && port->host_open)
			__set_bit(id, ctrl->unsure);
	}
	vser_ctrl_queue_ask(&ctrl->queue);
	schedule_delayed_work(&ctrl->later, HZ);
	return vser_ctrl_queue_start(&ctrl->queue);
}

/**
 * vser_ctrl_unplug - unplug all ports
 * @ctrl: a channel that is suspended
 */
void vser_ctrl_unplug(struct vser_ctrl *ctrl)
{
	u32 id;

	for (id = 0; id < ctrl->vqs->nr_ports; id++) {
		if (ctrl->vqs->pairs[id].port)
			vser_ctrl_remove_port(ctrl, ctrl->vqs->pairs[id].port);
	}
}

/**
 * vser_ctrl_stop - let no more ports come, and unplug those that are there
 * @ctrl: the channel
 *
 * A host that reads gets what was written to it before.
 */
void vser_ctrl_stop(struct vser_ctrl *ctrl)
{
	vser_ctrl_suspend(ctrl);
	vser_sync_drain(ctrl->vqs);
	vser_ctrl_unplug(ctrl);
}
