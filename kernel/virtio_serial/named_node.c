// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/virtio-ports/NAME without udev, as in an initramfs. The node belongs to a
 * second struct device below the port's, of no bus and no class: devtmpfs makes
 * the node, and no uevent tells of it. Its number is the port's plus one, which
 * opens the same port.
 *
 * Where udev runs the path is udev's, for a link: it would not replace a node,
 * and systemd would miss the device unit that agents wait for. So a node is made
 * only while nobody listens for uevents. If somebody does at a port's next
 * uevent, and a udev that starts triggers one for each device, the nodes go and
 * the ports' uevents are sent once more.
 */

#include <linux/device.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "named_node.h"
#include "node_name.h"
#include "port.h"
#include "uevent.h"

#define VSER_NODES_NEVER	0
#define VSER_NODES_AUTO		1
#define VSER_NODES_ALWAYS	2

static unsigned int vser_named_nodes = VSER_NODES_AUTO;

static int vser_named_nodes_set(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, VSER_NODES_NEVER,
				     VSER_NODES_ALWAYS);
}

static const struct kernel_param_ops vser_named_nodes_ops = {
	.set = vser_named_nodes_set,
	.get = param_get_uint,
};

module_param_cb(named_nodes, &vser_named_nodes_ops, &vser_named_nodes, 0444);
MODULE_PARM_DESC(named_nodes,
		 "make /dev/virtio-ports/NAME: 0 never, 1 while nobody listens for uevents, 2 always");

/**
 * struct vser_named_node - a node by name
 * @dev: its device, registered; the parent is the port's
 * @link: in vser_nodes
 */
struct vser_named_node {
	struct device dev;
	struct list_head link;
};

/*
 * Protects vser_nodes. Held while a node is made or goes, so that none slips
 * between the look for listeners and vser_nodes. Not to be taken in a port's
 * uevent callback: that may run under a lock which a node's removal waits for.
 */
static DEFINE_MUTEX(vser_nodes_lock);
static LIST_HEAD(vser_nodes);

static const char *vser_node_name(const struct device *dev)
{
	return container_of(dev->parent, struct vser_port, dev)->name;
}

static char *vser_node_devnode(compat_type_device *dev, umode_t *mode,
			       kuid_t *uid, kgid_t *gid)
{
	return kasprintf(GFP_KERNEL, "virtio-ports/%s", vser_node_name(dev));
}

static const struct device_type vser_node_type = {
	.devnode = vser_node_devnode,
};

static void vser_node_release(struct device *dev)
{
	kfree(container_of(dev, struct vser_named_node, dev));
}

static bool vser_nodes_are_wanted(void)
{
	return vser_named_nodes == VSER_NODES_ALWAYS ||
	       (vser_named_nodes == VSER_NODES_AUTO &&
		!compat_uevent_has_listeners());
}

static bool vser_node_is_taken(const char *name)
{
	struct vser_named_node *node;

	list_for_each_entry(node, &vser_nodes, link) {
		if (!strcmp(vser_node_name(&node->dev), name))
			return true;
	}
	return false;
}

static int vser_node_make(struct vser_port *port)
{
	struct vser_named_node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	int err;

	if (!node)
		return -ENOMEM;
	device_initialize(&node->dev);
	node->dev.parent = &port->dev;
	node->dev.type = &vser_node_type;
	node->dev.release = vser_node_release;
	node->dev.devt = port->dev.devt + 1;
	err = dev_set_name(&node->dev, "named");
	if (!err)
		err = device_add(&node->dev);
	if (err) {
		put_device(&node->dev);
		return err;
	}
	list_add(&node->link, &vser_nodes);
	return 0;
}

static void vser_node_remove(struct vser_named_node *node)
{
	list_del(&node->link);
	device_unregister(&node->dev);
}

/**
 * vser_named_node_add - make the node of a port, if its name is fit and free
 * @port: a visible port that has got its name
 */
void vser_named_node_add(struct vser_port *port)
{
	int err = 0;

	if (!vser_node_name_is_fit(port->name))
		return;
	mutex_lock(&vser_nodes_lock);
	if (vser_nodes_are_wanted() && !vser_node_is_taken(port->name))
		err = vser_node_make(port);
	mutex_unlock(&vser_nodes_lock);
	if (err)
		dev_warn(&port->dev, "no node by name: %d\n", err);
}

/**
 * vser_named_node_del - undo vser_named_node_add(), also if it made no node
 * @port: the port, still visible
 */
void vser_named_node_del(struct vser_port *port)
{
	struct vser_named_node *node;

	mutex_lock(&vser_nodes_lock);
	list_for_each_entry(node, &vser_nodes, link) {
		if (node->dev.parent == &port->dev) {
			vser_node_remove(node);
			break;
		}
	}
	mutex_unlock(&vser_nodes_lock);
}

/* Udev may have met a node in its way: it tries again at the uevent. */
static void vser_nodes_yield(struct work_struct *work)
{
	struct vser_named_node *node, *next;
	struct device *port;

	mutex_lock(&vser_nodes_lock);
	if (vser_nodes_are_wanted())
		goto out;
	list_for_each_entry_safe(node, next, &vser_nodes, link) {
		port = get_device(node->dev.parent);
		vser_node_remove(node);
		kobject_uevent(&port->kobj, KOBJ_CHANGE);
		put_device(port);
	}
out:
	mutex_unlock(&vser_nodes_lock);
}

static DECLARE_WORK(vser_nodes_work, vser_nodes_yield);

static int vser_named_node_port_uevent(compat_type_device *dev,
				       struct kobj_uevent_env *env)
{
	if (!vser_nodes_are_wanted())
		schedule_work(&vser_nodes_work);
	return 0;
}

const struct device_type vser_named_node_port_type = {
	.uevent = vser_named_node_port_uevent,
};

/**
 * vser_named_node_exit - wait for what a port's last uevent has begun
 */
void vser_named_node_exit(void)
{
	cancel_work_sync(&vser_nodes_work);
}
