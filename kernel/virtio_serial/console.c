// SPDX-License-Identifier: GPL-2.0
/*
 * Consoles, by the hvc layer: which there are, and how long.
 *
 * hvc knows a console by a number, its vtermno, which is one more than its place
 * in vser_consoles. It calls us by that number from a tty, from its thread khvcd
 * and from printk(), the last with no lock of hvc's and perhaps where RCU does
 * not watch: so who is called looks the console up under SRCU. A console that was
 * removed stays in its place, with removed set, until hvc has freed its object,
 * which may be long after: who has the tty open keeps it.
 *
 * hvc's object holds no reference to us, though it calls us. So from open() until
 * the tty is gone the console holds one to the module (pinned). hvc does not tell
 * when that is: vser_consoles_reap() looks at the object's reference count, of
 * which one is ours.
 */

#include <linux/err.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/tty.h>
#include <linux/tty_port.h>
#include <linux/workqueue.h>

#include "console.h"
#include "console_io.h"
#include "hvc.h"
#include "kernel_log.h"
#include "port.h"
#include "vqs.h"

/* As many as hvc lets the kernel's log go to; half of them have a tty. */
#define VSER_CONSOLES 16

/**
 * struct vser_console - a console
 * @io: used under vser_console_srcu, not once @removed is set
 * @vtermno: fixed
 * @hvc: the object, with a reference; NULL until hvc has made it, then fixed
 * @removed: its port has gone; set once
 * @size: columns and rows, 0 if unknown; like the rest protected by
 *        vser_consoles_lock
 * @open: a tty is open
 * @pinned: has a reference to the module
 * @dead: in a list of those that are being freed
 */
struct vser_console {
	struct vser_console_io io;
	u32 vtermno;
	struct hvc_struct *hvc;
	bool removed;
	struct winsize size;
	bool open;
	bool pinned;
	struct list_head dead;
};

/*
 * Protects the places in vser_consoles. Taken under the tty's lock; under it
 * nothing of hvc's is called that takes a mutex.
 */
static DEFINE_MUTEX(vser_consoles_lock);

/*
 * Around hvc_alloc() of consoles of several devices: the first call of all sets
 * hvc up, and a second one does not wait for that. Then hvc_kick() oopses, as
 * there is no thread yet. Taken before all other locks of ours.
 */
static DEFINE_MUTEX(vser_hvc_alloc_lock);
static struct vser_console __rcu *vser_consoles[VSER_CONSOLES];
DEFINE_STATIC_SRCU(vser_console_srcu);

static void vser_consoles_reap_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(vser_consoles_reaper, vser_consoles_reap_work);
/* Until the reaper looks again, in jiffies; doubles each time, up to a second. */
static unsigned long vser_consoles_wait;

static void vser_consoles_reap_soon(void)
{
	WRITE_ONCE(vser_consoles_wait, 1);
	mod_delayed_work(system_wq, &vser_consoles_reaper, 1);
}

static struct vser_console *vser_console_at(u32 vtermno)
{
	return rcu_dereference_protected(vser_consoles[vtermno - 1],
					 lockdep_is_held(&vser_consoles_lock));
}

/* The console for as long as vser_console_srcu is held; NULL if it has gone. */
static struct vser_console *vser_console_find(u32 vtermno)
{
	struct vser_console *console;

	console = srcu_dereference(vser_consoles[vtermno - 1],
				   &vser_console_srcu);
	return console && !READ_ONCE(console->removed) ? console : NULL;
}

/* The same if it is of this device. */
static struct vser_console *vser_console_find_of(const struct virtio_device *vdev,
						 u32 vtermno)
{
	struct vser_console *console = vser_console_find(vtermno);

	return console && console->io.port->vqs->vdev == vdev ? console : NULL;
}

static compat_hvc_result_t vser_hvc_put(u32 vtermno, const compat_hvc_char_t *buf,
					compat_hvc_size_t count)
{
	int index = srcu_read_lock(&vser_console_srcu);
	struct vser_console *console = vser_console_find(vtermno);
	ssize_t ret = -ENODEV;

	if (console)
		ret = vser_console_put(&console->io, buf, count);
	srcu_read_unlock(&vser_console_srcu, index);
	return ret;
}

static compat_hvc_result_t vser_hvc_get(u32 vtermno, compat_hvc_char_t *buf,
					compat_hvc_size_t count)
{
	int index = srcu_read_lock(&vser_console_srcu);
	struct vser_console *console = vser_console_find(vtermno);
	ssize_t ret = 0;

	/* -EPIPE would have khvcd call tty_hangup(), perhaps too late. */
	if (console)
		ret = vser_console_get(&console->io, buf, count);
	srcu_read_unlock(&vser_console_srcu, index);
	return ret;
}

static int vser_hvc_flush(u32 vtermno, bool wait)
{
	int index = srcu_read_lock(&vser_console_srcu);
	struct vser_console *console = vser_console_find(vtermno);

	if (console)
		vser_console_flush(&console->io);
	srcu_read_unlock(&vser_console_srcu, index);
	return 0;
}

/*
 * Gives the tty its size, if there is one. Not by __hvc_resize(): the work that
 * it queues is not waited for when hvc frees the object.
 */
static void vser_console_show_size(struct vser_console *console,
				   struct hvc_struct *hvc)
{
	struct tty_struct *tty = tty_port_tty_get(&hvc->port);

	if (tty && (console->size.ws_col || console->size.ws_row))
		tty_do_resize(tty, &console->size);
	tty_kref_put(tty);
}

/*
 * The first open() of a tty. Fails while the module is being removed, and if
 * somebody still has the tty of a console that has gone.
 */
static int vser_hvc_opened(struct hvc_struct *hvc, int vtermno)
{
	struct vser_console *console;
	int err = 0;

	mutex_lock(&vser_consoles_lock);
	console = vser_console_at(vtermno);
	if (console->removed ||
	    (!console->pinned && !try_module_get(THIS_MODULE))) {
		err = -ENODEV;
		goto out;
	}
	console->pinned = true;
	console->open = true;
	vser_console_show_size(console, hvc);
out:
	mutex_unlock(&vser_consoles_lock);
	return err;
}

/* The last close(), or a hangup. */
static void vser_hvc_closed(struct hvc_struct *hvc, int vtermno)
{
	mutex_lock(&vser_consoles_lock);
	vser_console_at(vtermno)->open = false;
	mutex_unlock(&vser_consoles_lock);
	vser_consoles_reap_soon();
}

static const struct hv_ops vser_hvc_ops = {
	.get_chars = vser_hvc_get,
	.put_chars = vser_hvc_put,
	.flush = vser_hvc_flush,
	.notifier_add = vser_hvc_opened,
	.notifier_del = vser_hvc_closed,
	.notifier_hangup = vser_hvc_closed,
};

/*
 * Whether nobody but us, and hvc itself until hvc_remove(), refers to hvc's
 * object: there is no tty.
 */
static bool vser_console_is_unused(const struct vser_console *console)
{
	unsigned int own = console->removed ? 1 : 2;

	return console->hvc && !console->open &&
	       kref_read(&console->hvc->port.kref) <= own;
}

/* Lets go of what is not used any more. Return: true if some still is. */
static bool vser_consoles_reap(void)
{
	struct vser_console *console, *next;
	bool used = false;
	LIST_HEAD(dead);
	u32 vtermno;

	mutex_lock(&vser_consoles_lock);
	for (vtermno = 1; vtermno <= VSER_CONSOLES; vtermno++) {
		console = vser_console_at(vtermno);
		if (!console || !(console->pinned || console->removed))
			continue;
		if (!vser_console_is_unused(console)) {
			/* Of one that is open we will hear. */
			used |= !console->open;
			continue;
		}
		if (console->pinned)
			module_put(THIS_MODULE);
		console->pinned = false;
		if (console->removed) {
			RCU_INIT_POINTER(vser_consoles[vtermno - 1], NULL);
			list_add(&console->dead, &dead);
		}
	}
	mutex_unlock(&vser_consoles_lock);

	if (!list_empty(&dead))
		synchronize_srcu(&vser_console_srcu);
	list_for_each_entry_safe(console, next, &dead, dead) {
		/* hvc does not: work may be queued, and buffers be left. */
		tty_port_destroy(&console->hvc->port);
		tty_port_put(&console->hvc->port);
		kfree(console);
	}
	return used;
}

static void vser_consoles_reap_work(struct work_struct *work)
{
	unsigned long wait = READ_ONCE(vser_consoles_wait);

	if (!vser_consoles_reap())
		return;
	WRITE_ONCE(vser_consoles_wait, min_t(unsigned long, 2 * wait, HZ));
	schedule_delayed_work(&vser_consoles_reaper, wait);
}

/* Puts the console in a free place, where hvc's calls will find it. */
static int vser_console_publish(struct vser_console *console)
{
	int err = -ENOSPC;
	u32 vtermno;

	mutex_lock(&vser_consoles_lock);
	for (vtermno = 1; vtermno <= VSER_CONSOLES && err; vtermno++) {
		if (vser_console_at(vtermno))
			continue;
		console->vtermno = vtermno;
		rcu_assign_pointer(vser_consoles[vtermno - 1], console);
		err = 0;
	}
	mutex_unlock(&vser_consoles_lock);
	return err;
}

static void vser_console_unpublish(struct vser_console *console)
{
	mutex_lock(&vser_consoles_lock);
	RCU_INIT_POINTER(vser_consoles[console->vtermno - 1], NULL);
	mutex_unlock(&vser_consoles_lock);
	synchronize_srcu(&vser_console_srcu);
}

/**
 * vser_console_add - make a port a console
 * @port: a port that is alive and claimed for this, with buffers posted
 *
 * Return: 0, -ENOSPC when there are too many, -ENOMEM.
 */
int vser_console_add(struct vser_port *port)
{
	struct vser_console *console = kzalloc(sizeof(*console), GFP_KERNEL);
	struct hvc_struct *hvc;
	int err;

	if (!console)
		return -ENOMEM;
	/* There may be a place that is not needed any more. */
	vser_consoles_reap();
	vser_console_io_init(&console->io, port);
	err = vser_console_publish(console);
	if (err)
		goto err_free;
	mutex_lock(&vser_hvc_alloc_lock);
	hvc = hvc_alloc(console->vtermno, console->vtermno, &vser_hvc_ops,
			PAGE_SIZE);
	mutex_unlock(&vser_hvc_alloc_lock);
	if (IS_ERR(hvc)) {
		err = PTR_ERR(hvc);
		goto err_unpublish;
	}
	tty_port_get(&hvc->port);
	mutex_lock(&vser_consoles_lock);
	WRITE_ONCE(console->hvc, hvc);
	mutex_unlock(&vser_consoles_lock);

	spin_lock_irq(&port->pair->lock);
	port->vtermno = console->vtermno;
	port->hvc_index = hvc->index;
	port->console_event = &console->io.event;
	spin_unlock_irq(&port->pair->lock);
	/* For what has come meanwhile. */
	hvc_kick();
	return 0;

err_unpublish:
	vser_console_unpublish(console);
	vser_console_io_stop(&console->io);
err_free:
	kfree(console);
	return err;
}

/* One that plugs in as the same number is not to be taken for this one. */
static void vser_console_hang_up(struct hvc_struct *hvc)
{
	unsigned long flags;

	hvc_remove(hvc);
	spin_lock_irqsave(&hvc->lock, flags);
	hvc->index = -1;
	spin_unlock_irqrestore(&hvc->lock, flags);
}

/**
 * vser_console_del - undo vser_console_add(), if that was called
 * @port: the port, detached from its pair
 *
 * Who has the tty open is hung up. The port is not used any more on return.
 */
void vser_console_del(struct vser_port *port)
{
	struct vser_console *console;
	u32 vtermno;

	spin_lock_irq(&port->pair->lock);
	vtermno = port->vtermno;
	port->vtermno = 0;
	port->console_event = NULL;
	spin_unlock_irq(&port->pair->lock);
	if (!vtermno)
		return;

	mutex_lock(&vser_consoles_lock);
	console = vser_console_at(vtermno);
	WRITE_ONCE(console->removed, true);
	mutex_unlock(&vser_consoles_lock);
	synchronize_srcu(&vser_console_srcu);
	vser_console_io_stop(&console->io);

	vser_console_hang_up(console->hvc);
	vser_consoles_reap_soon();
}

/**
 * vser_console_resize - the host's window has another size
 * @port: a port; without a console nothing happens
 * @cols: columns
 * @rows: rows
 */
void vser_console_resize(struct vser_port *port, u16 cols, u16 rows)
{
	struct vser_console *console;

	if (!port->vtermno)
		return;
	mutex_lock(&vser_consoles_lock);
	console = vser_console_at(port->vtermno);
	console->size.ws_col = cols;
	console->size.ws_row = rows;
	vser_console_show_size(console, console->hvc);
	mutex_unlock(&vser_consoles_lock);
}

/**
 * vser_console_has_log - whether a device shows the kernel's log by itself
 * @vdev: the device
 *
 * Context: any; takes no lock.
 *
 * Return: true if one of its consoles is the kernel's.
 */
bool vser_console_has_log(const struct virtio_device *vdev)
{
	int index = srcu_read_lock(&vser_console_srcu);
	bool has_log = false;
	u32 vtermno;

	for (vtermno = 1; vtermno <= VSER_CONSOLES && !has_log; vtermno++) {
		struct vser_console *console = vser_console_find_of(vdev, vtermno);
		struct hvc_struct *hvc = console ? READ_ONCE(console->hvc) : NULL;

		has_log = hvc && compat_console_has_log("hvc", READ_ONCE(hvc->index));
	}
	srcu_read_unlock(&vser_console_srcu, index);
	return has_log;
}

/**
 * vser_console_tell - show text on a device's first console, in a panic
 * @vdev: the device
 * @text: as a terminal wants it
 * @n: its length
 *
 * Context: any; takes no lock that may be held, and waits as console_io.h says.
 *
 * Return: false if the device has no console.
 */
bool vser_console_tell(const struct virtio_device *vdev, const char *text,
		       size_t n)
{
	int index = srcu_read_lock(&vser_console_srcu);
	bool told = false;
	u32 vtermno;

	for (vtermno = 1; vtermno <= VSER_CONSOLES && !told; vtermno++) {
		struct vser_console *console = vser_console_find_of(vdev, vtermno);

		if (!console)
			continue;
		vser_console_put(&console->io, text, n);
		vser_console_flush(&console->io);
		told = true;
	}
	srcu_read_unlock(&vser_console_srcu, index);
	return told;
}

/**
 * vser_console_exit - wait until hvc has forgotten us
 *
 * All consoles are removed, and none is open: those pin the module. So what is
 * still referred to is in a call of open() that is about to fail.
 */
void vser_console_exit(void)
{
	cancel_delayed_work_sync(&vser_consoles_reaper);
	while (vser_consoles_reap())
		schedule_timeout_uninterruptible(1);
}
