// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/vportNpM. A file operation works on the port alone; the device it came
 * from may be long gone. A port has two minor numbers, an even one for that node
 * and the next for a node by name (named_node.c).
 */

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/uio.h>
#include <linux/virtio.h>

#include "buf.h"
#include "chardev.h"
#include "compat.h"
#include "ioctl.h"
#include "named_node.h"
#include "port.h"
#include "port_rx.h"
#include "port_state.h"
#include "port_sync.h"
#include "port_tx.h"
#include "sysfs.h"
#include "class.h"
#include "vqs.h"

#define VSER_MINORS (MINORMASK + 1)
#define VSER_PORT_MINORS 2

static dev_t vser_devt;
static DEFINE_IDA(vser_minors);

/* Makes the caller the one who has the port open. */
static int vser_port_claim(struct vser_port *port)
{
	int err = 0;

	spin_lock_irq(&port->pair->lock);
	if (!vser_port_is_alive(port) || port->console) {
		err = -ENXIO;
	} else if (port->opened) {
		err = -EBUSY;
	} else {
		port->opened = true;
		vser_events_reset(&port->events);
		port->tx_lost_seen = port->counters.tx_lost;
	}
	spin_unlock_irq(&port->pair->lock);
	return err;
}

/* Undoes it, and keeps no memory. What the device has stays with it. */
static void vser_port_unclaim(struct vser_port *port)
{
	LIST_HEAD(unused);

	spin_lock_irq(&port->pair->lock);
	port->opened = false;
	vser_rx_discard(port, &unused);
	list_splice_init(&port->tx_free, &unused);
	port->tx_nr_free = 0;
	spin_unlock_irq(&port->pair->lock);
	vser_buf_free_list(&unused);
}

static int vser_port_open(struct inode *inode, struct file *filp)
{
	struct vser_port *port = container_of(inode->i_cdev, struct vser_port,
					      cdev);
	int err = vser_port_claim(port);

	if (err)
		return err;
	err = vser_rx_start(port);
	if (err) {
		vser_port_unclaim(port);
		return err;
	}
	port->ops->set_open(port, true);
	filp->private_data = port;
	filp->f_mode |= FMODE_NOWAIT;
	return stream_open(inode, filp);
}

static int vser_port_close(struct inode *inode, struct file *filp)
{
	struct vser_port *port = filp->private_data;

	/* Into the ring before the host hears that we are gone. */
	vser_tx_stop(port);
	port->ops->set_open(port, false);
	vser_port_unclaim(port);
	return 0;
}

static bool vser_is_nowait(const struct kiocb *iocb)
{
	return iocb->ki_flags & IOCB_NOWAIT;
}

static bool vser_is_nonblock(const struct kiocb *iocb)
{
	return vser_is_nowait(iocb) || iocb->ki_filp->f_flags & O_NONBLOCK;
}

static ssize_t vser_port_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	return vser_rx_read(iocb->ki_filp->private_data, to,
			    vser_is_nonblock(iocb), vser_is_nowait(iocb));
}

static ssize_t vser_port_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	return vser_tx_write(iocb->ki_filp->private_data, from,
			     vser_is_nonblock(iocb), vser_is_nowait(iocb));
}

static __poll_t vser_port_poll(struct file *filp, poll_table *wait)
{
	struct vser_port *port = filp->private_data;
	struct vser_port_state state;
	__poll_t events;

	poll_wait(filp, &port->wait, wait);

	spin_lock_irq(&port->pair->lock);
	if (vser_port_is_alive(port)) {
		vser_rx_poll(port);
		vser_tx_poll(port);
	}
	vser_port_get_state(port, &state);
	events = vser_events_poll(&port->events);
	spin_unlock_irq(&port->pair->lock);
	return events | vser_port_state_poll(&state);
}

static long vser_port_ioctl(struct file *filp, unsigned int cmd,
			    unsigned long arg)
{
	return vser_ioctl(filp->private_data, cmd, (void __user *)arg);
}

static int vser_port_fsync(struct file *filp, loff_t start, loff_t end,
			   int datasync)
{
	return vser_sync_wait(filp->private_data);
}

static int vser_port_fasync(int fd, struct file *filp, int on)
{
	struct vser_port *port = filp->private_data;
	int ret = fasync_helper(fd, filp, on, &port->fasync);

	if (ret >= 0 && on) {
		spin_lock_irq(&port->pair->lock);
		if (vser_port_is_alive(port))
			vser_rx_poll(port);
		spin_unlock_irq(&port->pair->lock);
	}
	return ret;
}

static const struct file_operations vser_port_fops = {
	.owner = THIS_MODULE,
	.open = vser_port_open,
	.release = vser_port_close,
	.read_iter = vser_port_read_iter,
	.write_iter = vser_port_write_iter,
	.splice_read = compat_copy_splice_read,
	.splice_write = iter_file_splice_write,
	.poll = vser_port_poll,
	.unlocked_ioctl = vser_port_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.fsync = vser_port_fsync,
	.fasync = vser_port_fasync,
};

static void vser_chardev_release(struct device *dev)
{
	struct vser_port *port = container_of(dev, struct vser_port, dev);

	ida_free(&vser_minors, MINOR(dev->devt) / VSER_PORT_MINORS);
	vser_port_release(port);
}

/**
 * vser_chardev_alloc - make a port with its device; it is not visible yet
 * @vqs: the queues of the device
 * @id: number of the port, below vqs->nr_ports
 * @ops: the control channel
 *
 * Return: the port, to be released with vser_chardev_put(), or an ERR_PTR.
 */
struct vser_port *vser_chardev_alloc(struct vser_vqs *vqs, u32 id,
				     const struct vser_port_ops *ops)
{
	struct vser_port *port;
	int number, err;

	number = ida_alloc_max(&vser_minors, VSER_MINORS / VSER_PORT_MINORS - 1,
			       GFP_KERNEL);
	if (number < 0)
		return ERR_PTR(number);
	port = vser_port_alloc(vqs, id, ops);
	if (!port) {
		ida_free(&vser_minors, number);
		return ERR_PTR(-ENOMEM);
	}

	device_initialize(&port->dev);
	port->dev.class = vser_class();
	port->dev.type = &vser_named_node_port_type;
	port->dev.parent = &vqs->vdev->dev;
	port->dev.groups = vser_port_groups;
	port->dev.release = vser_chardev_release;
	port->dev.devt = MKDEV(MAJOR(vser_devt), number * VSER_PORT_MINORS);
	cdev_init(&port->cdev, &vser_port_fops);
	port->cdev.owner = THIS_MODULE;

	err = dev_set_name(&port->dev, "vport%up%u", vqs->index, id);
	if (err) {
		vser_chardev_put(port);
		return ERR_PTR(err);
	}
	return port;
}

/**
 * vser_chardev_put - drop the reference of vser_chardev_alloc()
 * @port: a port that is detached and not visible
 */
void vser_chardev_put(struct vser_port *port)
{
	put_device(&port->dev);
}

/**
 * vser_chardev_add - make a port visible
 * @port: the port, attached to its pair
 *
 * Return: 0 or a negative errno.
 */
int vser_chardev_add(struct vser_port *port)
{
	int err;

	cdev_set_parent(&port->cdev, &port->dev.kobj);
	err = cdev_add(&port->cdev, port->dev.devt, VSER_PORT_MINORS);
	if (err)
		return err;
	err = device_add(&port->dev);
	if (err)
		cdev_del(&port->cdev);
	return err;
}

/**
 * vser_chardev_del - undo vser_chardev_add(); files stay open
 * @port: the port, detached from its pair
 */
void vser_chardev_del(struct vser_port *port)
{
	device_del(&port->dev);
	cdev_del(&port->cdev);
}

/**
 * vser_chardev_init - reserve the device numbers
 *
 * Return: 0 or a negative errno.
 */
int vser_chardev_init(void)
{
	return alloc_chrdev_region(&vser_devt, 0, VSER_MINORS, "virtio-portsdev");
}

/**
 * vser_chardev_exit - give the device numbers back
 */
void vser_chardev_exit(void)
{
	unregister_chrdev_region(vser_devt, VSER_MINORS);
	ida_destroy(&vser_minors);
}
