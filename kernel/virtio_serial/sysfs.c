// SPDX-License-Identifier: GPL-2.0
/* Attributes of a port's device. */

#include <linux/device.h>
#include <linux/sysfs.h>

#include "limits.h"
#include "port.h"
#include "port_tx.h"
#include "sysfs.h"
#include "vqs.h"

static struct vser_port *dev_to_port(struct device *dev)
{
	return container_of(dev, struct vser_port, dev);
}

static ssize_t name_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	/* Pairs with smp_store_release() in vser_port_set_name(). */
	const char *name = smp_load_acquire(&dev_to_port(dev)->name);

	return sysfs_emit(buf, "%s\n", name ?: "");
}
static DEVICE_ATTR_RO(name);

static ssize_t host_connected_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(dev_to_port(dev)->host_open));
}
static DEVICE_ATTR_RO(host_connected);

/* Takes effect when the port is opened next. */
static ssize_t rx_limit_kib_store(struct device *dev,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	struct vser_port *port = dev_to_port(dev);
	unsigned int bufs;
	int err = vser_limit_parse(&vser_limit_rx, buf, &bufs);

	if (err)
		return err;
	spin_lock_irq(&port->pair->lock);
	port->limits.rx_bufs = bufs;
	spin_unlock_irq(&port->pair->lock);
	return count;
}

static ssize_t rx_limit_kib_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	unsigned int bufs = READ_ONCE(dev_to_port(dev)->limits.rx_bufs);

	return sysfs_emit(buf, "%u\n", bufs * vser_limit_rx.kib);
}
static DEVICE_ATTR_RW(rx_limit_kib);

/* Takes effect at once: who waits for space may have it now. */
static ssize_t tx_limit_kib_store(struct device *dev,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	struct vser_port *port = dev_to_port(dev);
	unsigned int bufs;
	int err = vser_limit_parse(&vser_limit_tx, buf, &bufs);

	if (err)
		return err;
	spin_lock_irq(&port->pair->lock);
	port->limits.tx_bufs = bufs;
	if (vser_port_is_alive(port) && port->tx_stalled)
		vser_tx_poll(port);
	spin_unlock_irq(&port->pair->lock);
	return count;
}

static ssize_t tx_limit_kib_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	unsigned int bufs = READ_ONCE(dev_to_port(dev)->limits.tx_bufs);

	return sysfs_emit(buf, "%u\n", bufs * vser_limit_tx.kib);
}
static DEVICE_ATTR_RW(tx_limit_kib);

/* The name of its tty, an empty line if it is no console. */
static ssize_t console_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct vser_port *port = dev_to_port(dev);
	bool console;
	int index;

	spin_lock_irq(&port->pair->lock);
	console = port->vtermno;
	index = port->hvc_index;
	spin_unlock_irq(&port->pair->lock);
	if (!console)
		return sysfs_emit(buf, "\n");
	return sysfs_emit(buf, "hvc%d\n", index);
}
static DEVICE_ATTR_RO(console);

static struct attribute *vser_port_attrs[] = {
	&dev_attr_name.attr,
	&dev_attr_host_connected.attr,
	&dev_attr_rx_limit_kib.attr,
	&dev_attr_tx_limit_kib.attr,
	&dev_attr_console.attr,
	NULL
};

static const struct attribute_group vser_port_group = {
	.attrs = vser_port_attrs,
};

/* For struct device: made with the device, before its uevent is sent. */
const struct attribute_group *vser_port_groups[] = {
	&vser_port_group,
	NULL
};

/**
 * vser_sysfs_name_changed - tell udev, which makes /dev/virtio-ports/NAME
 * @port: a visible port that has got its name
 */
void vser_sysfs_name_changed(struct vser_port *port)
{
	kobject_uevent(&port->dev.kobj, KOBJ_CHANGE);
}

/**
 * vser_sysfs_host_changed - wake who polls the attribute host_connected
 * @port: a visible port
 */
void vser_sysfs_host_changed(struct vser_port *port)
{
	sysfs_notify(&port->dev.kobj, NULL, "host_connected");
}
