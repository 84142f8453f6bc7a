// SPDX-License-Identifier: GPL-2.0
/*
 * freezefd: filesystems frozen for as long as a descriptor is open, and never
 * longer than a deadline. From here down:
 *
 *   device.c    /dev/freezefd: its ioctls, events for monitors
 *   notifier.c  the machine sleeps, or goes down; debugfs.c: all, as text
 *   getfd.c     from a list of files to a freeze descriptor; query.c: who freezes?
 *   file.c      the freeze descriptor; show.c: as text; ioctl.c: arguments
 *   call.c      what a program asks of it
 *   drive.c     what its filesystems and its timer say; what is next
 *   handle.c    the object behind it; set.c: its states, and the order
 *   fs.c        filesystems; hold.c: what is wanted of them, and done
 *   watch.c     others thaw; guard.c: they can't
 *   event.c     what has happened; netlink.c: told to all
 *   params.c    parameters; timeouts.c: deadlines; tally.c: counts
 */

#include <linux/module.h>

#include "debugfs.h"
#include "device.h"
#include "guard.h"
#include "handle.h"
#include "hold.h"
#include "netlink.h"
#include "notifier.h"

static int __init freezefd_init(void)
{
	int err;

	err = freezefd_hold_init();
	if (err)
		return err;
	err = freezefd_handle_init();
	if (err)
		goto err_exit_hold;
	err = freezefd_notifier_init();
	if (err)
		goto err_exit_handle;
	err = freezefd_netlink_init();
	if (err)
		goto err_exit_notifier;
	err = freezefd_device_init();
	if (err)
		goto err_exit_netlink;
	freezefd_debugfs_init();
	return 0;

err_exit_netlink:
	freezefd_netlink_exit();
err_exit_notifier:
	freezefd_notifier_exit();
err_exit_handle:
	freezefd_handle_exit();
err_exit_hold:
	freezefd_hold_exit();
	return err;
}

static void __exit freezefd_exit(void)
{
	freezefd_debugfs_exit();
	freezefd_device_exit();
	freezefd_netlink_exit();
	freezefd_notifier_exit();
	freezefd_handle_exit();
	freezefd_hold_exit();
	freezefd_guard_exit();
}

module_init(freezefd_init);
module_exit(freezefd_exit);

MODULE_DESCRIPTION("Filesystems frozen as long as a descriptor is open");
MODULE_AUTHOR("The gatehouse developers");
MODULE_LICENSE("GPL");
