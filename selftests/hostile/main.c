// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vser_device: a virtio console device that a program in the same kernel plays,
 * for tests of the driver; vser_device.h is how. From here down:
 *
 *   main.c    /dev/vser-device and its calls
 *   device.c  the virtio device
 *   ring.c    the device's half of a ring
 *   work.c    what work queues do for the driver
 */

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "device.h"
#include "ring.h"
#include "vser_device.h"
#include "work.h"

static struct miscdevice vserdev_misc;

static int vserdev_do_create(struct vserdev *dev, void *arg)
{
	return vserdev_create(dev, vserdev_misc.this_device, arg);
}

static int vserdev_try_take(struct vserdev *dev, struct vser_device_take *take)
{
	struct vserdev_ring *ring;
	int err;

	mutex_lock(&dev->lock);
	ring = vserdev_ring(dev, take->queue);
	err = IS_ERR(ring) ? PTR_ERR(ring) : vserdev_ring_take(ring, take);
	mutex_unlock(&dev->lock);
	return err;
}

static int vserdev_do_take(struct vserdev *dev, void *arg)
{
	struct vser_device_take *take = arg;
	long left = msecs_to_jiffies(take->timeout_ms);
	int events, err;

	for (;;) {
		events = atomic_read(&dev->events);
		err = vserdev_try_take(dev, take);
		if (err != -EAGAIN || !left)
			return err;
		left = wait_event_interruptible_timeout(dev->wait,
							atomic_read(&dev->events) != events,
							left);
		if (left < 0)
			return -EINTR;
	}
}

static int vserdev_do_give(struct vserdev *dev, void *arg)
{
	const struct vser_device_give *give = arg;
	struct vserdev_ring *ring;
	bool interrupt;
	int err;

	mutex_lock(&dev->lock);
	ring = vserdev_ring(dev, give->queue);
	err = IS_ERR(ring) ? PTR_ERR(ring) :
			     vserdev_ring_give(ring, give, &interrupt);
	if (!err) {
		interrupt |= give->flags & VSER_DEVICE_GIVE_INTERRUPT;
		if (interrupt && !(give->flags & VSER_DEVICE_GIVE_QUIETLY))
			vserdev_interrupt(dev, ring);
	}
	mutex_unlock(&dev->lock);
	return err;
}

static int vserdev_do_poke(struct vserdev *dev, void *arg)
{
	const struct vser_device_poke *poke = arg;
	struct vserdev_ring *ring;
	int err;

	mutex_lock(&dev->lock);
	ring = vserdev_ring(dev, poke->queue);
	err = IS_ERR(ring) ? PTR_ERR(ring) : vserdev_ring_poke(ring, poke);
	mutex_unlock(&dev->lock);
	return err;
}

static int vserdev_do_interrupt(struct vserdev *dev, void *arg)
{
	const struct vser_device_interrupt *interrupt = arg;
	struct vserdev_ring *ring;
	int err = 0;

	if (interrupt->__reserved)
		return -EINVAL;
	mutex_lock(&dev->lock);
	ring = vserdev_ring(dev, interrupt->queue);
	if (IS_ERR(ring))
		err = PTR_ERR(ring);
	else
		vserdev_interrupt(dev, ring);
	mutex_unlock(&dev->lock);
	return err;
}

static int vserdev_do_config(struct vserdev *dev, void *arg)
{
	return vserdev_configure(dev, arg);
}

static int vserdev_do_remove(struct vserdev *dev, void *arg)
{
	const struct vser_device_remove *remove = arg;

	return vserdev_remove(dev, remove->flags & VSER_DEVICE_REMOVE_BROKEN);
}

static int vserdev_do_sleep(struct vserdev *dev, void *arg)
{
	return vserdev_sleep(dev);
}

static int vserdev_do_wake(struct vserdev *dev, void *arg)
{
	return vserdev_wake_up(dev, arg);
}

static int vserdev_do_watch(struct vserdev *dev, void *arg)
{
	return vserdev_watch(dev, arg);
}

static int vserdev_do_settle(struct vserdev *dev, void *arg)
{
	const struct vser_device_settle *settle = arg;

	return settle->__reserved ? -EINVAL : vserdev_settle(settle);
}

static int vserdev_do_emergency(struct vserdev *dev, void *arg)
{
	return vserdev_emergency(dev, arg);
}

static int vserdev_do_oops(struct vserdev *dev, void *arg)
{
	const struct vser_device_oops *oops = arg;

	if (strnlen(oops->text, sizeof(oops->text)) == sizeof(oops->text))
		return -EINVAL;
	oops_in_progress++;
	pr_alert("%s\n", oops->text);
	oops_in_progress--;
	return 0;
}

/**
 * struct vserdev_call - an ioctl
 * @cmd: its number
 * @size: of its struct
 * @flags: that it knows
 * @run: does it
 */
struct vserdev_call {
	unsigned int cmd;
	size_t size;
	u32 flags;
	int (*run)(struct vserdev *dev, void *arg);
};

static const struct vserdev_call vserdev_calls[] = {
	{ VSER_DEVICE_CREATE, sizeof(struct vser_device_create), 0,
	  vserdev_do_create },
	{ VSER_DEVICE_TAKE, sizeof(struct vser_device_take), 0,
	  vserdev_do_take },
	{ VSER_DEVICE_GIVE, sizeof(struct vser_device_give),
	  VSER_DEVICE_GIVE_INTERRUPT | VSER_DEVICE_GIVE_QUIETLY,
	  vserdev_do_give },
	{ VSER_DEVICE_POKE, sizeof(struct vser_device_poke), 0,
	  vserdev_do_poke },
	{ VSER_DEVICE_INTERRUPT, sizeof(struct vser_device_interrupt), 0,
	  vserdev_do_interrupt },
	{ VSER_DEVICE_CONFIG, sizeof(struct vser_device_config),
	  VSER_DEVICE_CONFIG_SET | VSER_DEVICE_CONFIG_INTERRUPT,
	  vserdev_do_config },
	{ VSER_DEVICE_EMERGENCY, sizeof(struct vser_device_emergency), 0,
	  vserdev_do_emergency },
	{ VSER_DEVICE_OOPS, sizeof(struct vser_device_oops), 0,
	  vserdev_do_oops },
	{ VSER_DEVICE_REMOVE, sizeof(struct vser_device_remove),
	  VSER_DEVICE_REMOVE_BROKEN, vserdev_do_remove },
	{ VSER_DEVICE_SLEEP, sizeof(struct vser_device_sleep), 0,
	  vserdev_do_sleep },
	{ VSER_DEVICE_WAKE, sizeof(struct vser_device_wake),
	  VSER_DEVICE_WAKE_REFUSES, vserdev_do_wake },
	{ VSER_DEVICE_WATCH, sizeof(struct vser_device_watch), 0,
	  vserdev_do_watch },
	{ VSER_DEVICE_SETTLE, sizeof(struct vser_device_settle), 0,
	  vserdev_do_settle },
};

static int vserdev_run(struct vserdev *dev, const struct vserdev_call *call,
		       void __user *user)
{
	union {
		struct vser_device_remove head; /* all begin like this one */
		struct vser_device_create create;
		struct vser_device_take take;
		struct vser_device_give give;
		struct vser_device_poke poke;
		struct vser_device_interrupt interrupt;
		struct vser_device_config config;
		struct vser_device_wake wake;
		struct vser_device_emergency emergency;
		struct vser_device_oops oops;
		struct vser_device_watch watch;
		struct vser_device_settle settle;
	} arg;
	u32 size;
	int err;

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < call->size)
		return -EINVAL;
	err = copy_struct_from_user(&arg, call->size, user, size);
	if (err)
		return err;
	if (arg.head.flags & ~call->flags)
		return -EOPNOTSUPP;
	err = call->run(dev, &arg);
	if (!err && copy_to_user(user, &arg, call->size))
		err = -EFAULT;
	return err;
}

static long vserdev_ioctl(struct file *filp, unsigned int cmd, unsigned long user)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vserdev_calls); i++) {
		if (vserdev_calls[i].cmd == cmd)
			return vserdev_run(filp->private_data, &vserdev_calls[i],
					   (void __user *)user);
	}
	return -ENOTTY;
}

static int vserdev_open(struct inode *inode, struct file *filp)
{
	struct vserdev *dev = vserdev_alloc();

	if (!dev)
		return -ENOMEM;
	filp->private_data = dev;
	return stream_open(inode, filp);
}

static int vserdev_close(struct inode *inode, struct file *filp)
{
	vserdev_unwatch(filp->private_data);
	vserdev_free(filp->private_data);
	return 0;
}

static const struct file_operations vserdev_fops = {
	.owner = THIS_MODULE,
	.open = vserdev_open,
	.release = vserdev_close,
	.unlocked_ioctl = vserdev_ioctl,
};

static struct miscdevice vserdev_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vser-device",
	.fops = &vserdev_fops,
	.mode = 0600,
};

static int __init vserdev_init(void)
{
	return vserdev_work_init() ?: misc_register(&vserdev_misc);
}
module_init(vserdev_init);

static void __exit vserdev_exit(void)
{
	misc_deregister(&vserdev_misc);
}
module_exit(vserdev_exit);

MODULE_DESCRIPTION("A virtio console device played by a test");
MODULE_AUTHOR("The gatehouse developers");
MODULE_LICENSE("GPL");
