// SPDX-License-Identifier: GPL-2.0
/*
 * 6.8: characters became u8 and their number size_t, in one series for all of
 * the tty layer. hvc's own header is not there to be asked; serdev's is.
 */
#include <linux/serdev.h>

static size_t hvc_size_t_receive(struct serdev_device *serdev, const u8 *buf,
				 size_t count)
{
	return count;
}

const struct serdev_device_ops hvc_size_t_probe = {
	.receive_buf = hvc_size_t_receive,
};
