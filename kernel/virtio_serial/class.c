// SPDX-License-Identifier: GPL-2.0
/*
 * The class is called "virtio-ports", because the distributions' udev rule and
 * many programs look for that. Where the stock driver is loaded or built in,
 * the name is taken. If that driver has a port we borrow the class from it, and
 * a device that is taken over from it looks as before. If it has none there is
 * nothing to borrow from, and our class is "vser-ports", for which our own udev
 * rule makes the same links. The folder in debugfs has the class's name and the
 * same owner.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "class.h"

#define VSER_CLASS	"virtio-ports"
#define VSER_CLASS_ALT	"vser-ports"

/* For vser_class_init(). What it sets is read without once it has returned. */
static DEFINE_MUTEX(vser_class_lock);
static compat_class_t vser_class_used;
static struct class *vser_class_own;
static struct module *vser_class_lender;
static struct dentry *vser_class_folder_used;

/**
 * vser_class - the class for a port's device
 *
 * Return: the class; vser_class_init() has succeeded before.
 */
compat_class_t vser_class(void)
{
	return vser_class_used;
}

/**
 * vser_class_folder - the folder for the ports' files in debugfs
 *
 * Return: the folder, or what debugfs_create_file() takes for none.
 */
struct dentry *vser_class_folder(void)
{
	return vser_class_folder_used;
}

static int vser_match_class(struct device *port, void *data)
{
	compat_class_t *found = data;

	if (!port->class || strcmp(port->class->name, VSER_CLASS))
		return 0;
	*found = port->class;
	return 1;
}

/*
 * A port lends its class, whose module must stay while we use it. Under the
 * device's lock its driver stays, too. Only try: a probe holds another's.
 */
static int vser_borrow_class(struct device *vdev, void *data)
{
	compat_class_t found = NULL;
	int borrowed = 0;

	if (!device_trylock(vdev))
		return 0;
	if (vdev->driver &&
	    device_for_each_child(vdev, &found, vser_match_class) &&
	    try_module_get(vdev->driver->owner)) {
		vser_class_lender = vdev->driver->owner;
		vser_class_used = found;
		vser_class_folder_used = debugfs_lookup(VSER_CLASS, NULL) ?:
					 ERR_PTR(-ENOENT);
		borrowed = 1;
	}
	device_unlock(vdev);
	return borrowed;
}

static int vser_create_class(const char *name)
{
	struct class *cls = compat_class_create(name);

	if (IS_ERR(cls))
		return PTR_ERR(cls);
	vser_class_own = cls;
	vser_class_used = cls;
	vser_class_folder_used = debugfs_create_dir(name, NULL);
	return 0;
}

/**
 * vser_class_init - find or make the class
 * @driver: our driver, registered: it knows the virtio bus
 *
 * May be called by several, also when it is done already.
 *
 * Return: 0 or a negative errno.
 */
int vser_class_init(struct device_driver *driver)
{
	int err = 0;

	mutex_lock(&vser_class_lock);
	if (vser_class_used)
		goto out;
	if (!driver_find("virtio_console", driver->bus)) {
		err = vser_create_class(VSER_CLASS);
		goto out;
	}
	pr_notice("virtio_console keeps the devices it has: to hand them over run 'portctl takeover'\n");
	if (!bus_for_each_dev(driver->bus, NULL, NULL, vser_borrow_class))
		err = vser_create_class(VSER_CLASS_ALT);
out:
	mutex_unlock(&vser_class_lock);
	return err;
}

/**
 * vser_class_exit - undo vser_class_init(), also if it was not called
 */
void vser_class_exit(void)
{
	if (vser_class_own) {
		debugfs_remove(vser_class_folder_used);
		class_destroy(vser_class_own);
	} else if (vser_class_used) {
		if (!IS_ERR(vser_class_folder_used))
			dput(vser_class_folder_used);
		module_put(vser_class_lender);
	}
}
