// SPDX-License-Identifier: GPL-2.0
/*
 * In a panic, the end of the kernel's log goes to each device with an emergency
 * register, unless a console of the device has the log: that shows it by itself
 * (console_io.c). A device with a console gets it there, by the queue or, if that
 * is stuck, by the register; one whose consoles have not come yet, or have gone,
 * by the register.
 *
 * The kernel calls under RCU, with the other CPUs stopped, and once. Nothing here
 * takes a lock that may be held; how much is written is bounded by
 * vser_panic_text.
 */

#include <linux/kernel.h>
#include <linux/string.h>

#include "console.h"
#include "emergency.h"
#include "kernel_log.h"
#include "panic_dump.h"

/* The last of the log; of the one CPU that panics. */
static char vser_panic_text[8192];

static void vser_panic_dump_write(struct virtio_device *vdev, const char *text,
				  size_t n)
{
	if (!vser_console_tell(vdev, text, n))
		vser_emergency_write(vdev, text, n);
}

/* A terminal wants a carriage return before each new line. */
static void vser_panic_dump_lines(struct virtio_device *vdev, const char *text,
				  size_t n)
{
	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t line = end ? end - text : n;

		vser_panic_dump_write(vdev, text, line);
		vser_panic_dump_write(vdev, "\r\n", 2);
		line += !!end;
		text += line;
		n -= line;
	}
}

static void vser_panic_dump_now(struct kmsg_dumper *dumper,
				compat_kmsg_dump_arg_t arg)
{
	struct vser_panic_dump *dump = container_of(dumper, struct vser_panic_dump,
						    dumper);
	struct kmsg_dump_iter iter;
	size_t n;

	if (vser_console_has_log(dump->vdev))
		return;
	kmsg_dump_rewind(&iter);
	if (kmsg_dump_get_buffer(&iter, false, vser_panic_text,
				 sizeof(vser_panic_text), &n))
		vser_panic_dump_lines(dump->vdev, vser_panic_text, n);
}

/**
 * vser_panic_dump_register - from now on a device is told of a panic
 * @dump: zeroed memory
 * @vdev: the device; one without the register is left alone
 */
void vser_panic_dump_register(struct vser_panic_dump *dump,
			      struct virtio_device *vdev)
{
	if (!vser_emergency_is_offered(vdev))
		return;
	dump->vdev = vdev;
	dump->dumper.dump = vser_panic_dump_now;
	dump->dumper.max_reason = KMSG_DUMP_PANIC;
	/* A kernel that prints nothing has nothing to tell. */
	(void)kmsg_dump_register(&dump->dumper);
}

/**
 * vser_panic_dump_unregister - the end of that
 * @dump: not used any more on return
 */
void vser_panic_dump_unregister(struct vser_panic_dump *dump)
{
	if (dump->vdev)
		(void)kmsg_dump_unregister(&dump->dumper);
}
