// SPDX-License-Identifier: GPL-2.0
/* 6.6: a freeze belongs to the kernel or to userspace; 6.8: the kernel's nest. */
#include <linux/fs.h>

int freeze_holder_probe(struct super_block *sb)
{
	return freeze_super(sb, FREEZE_HOLDER_KERNEL | FREEZE_MAY_NEST) +
	       sb->s_writers.freeze_kcount;
}
