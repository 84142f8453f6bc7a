// SPDX-License-Identifier: GPL-2.0
/*
 * virtio_serial: named byte streams between a guest and its host, over the
 * virtio console device. From here down:
 *
 *   device.c      probe and remove
 *   suspend.c     the device sleeps, its ports stay
 *   panic_dump.c  the kernel's last words; emergency.c: the register for them
 *   ctrl.c        ports come and go at the host's word
 *   ctrl_queue.c  control messages in and out
 *   chardev.c     /dev/vportNpM; class.c, sysfs.c, named_node.c: what belongs to it
 *   console.c     /dev/hvcN; console_io.c: its bytes
 *   port_rx.c     data from the host
 *   port_tx.c     data to the host
 *   notify.c      wakeups and SIGIO
 *   port.c        the port; port_state.c: when it is readable, writable
 *   vqs.c         the virtqueues; buf.c: what is in them; limits.c: how much
 *   ctrl_msg.c    what the bytes of a control message mean
 */

#include <linux/module.h>

#include "chardev.h"
#include "class.h"
#include "console.h"
#include "device.h"
#include "named_node.h"

static int __init vser_init(void)
{
	int err;

	err = vser_chardev_init();
	if (err)
		return err;
	err = register_virtio_driver(&vser_driver);
	if (err)
		goto err_exit_chardev;
	/* Before the stock driver's ports go, which may lend us their class. */
	err = vser_class_init(&vser_driver.driver);
	if (err)
		goto err_unregister;
	return 0;

err_unregister:
	unregister_virtio_driver(&vser_driver);
	vser_console_exit();
	vser_named_node_exit();
	vser_class_exit();
err_exit_chardev:
	vser_chardev_exit();
	return err;
}

static void __exit vser_exit(void)
{
	unregister_virtio_driver(&vser_driver);
	vser_console_exit();
	vser_named_node_exit();
	vser_class_exit();
	vser_chardev_exit();
}

module_init(vser_init);
module_exit(vser_exit);

MODULE_DESCRIPTION("Named byte streams between a guest and its host");
MODULE_AUTHOR("The gatehouse developers");
MODULE_LICENSE("GPL");
