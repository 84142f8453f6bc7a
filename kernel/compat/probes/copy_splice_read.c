// SPDX-License-Identifier: GPL-2.0
/* 6.5: copy_splice_read(), before: generic_file_splice_read(). */
#include <linux/fs.h>

const struct file_operations copy_splice_read_probe = {
	.splice_read = copy_splice_read,
};
