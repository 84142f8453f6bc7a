// SPDX-License-Identifier: GPL-2.0
/* 6.12: a kmsg_dumper is given a struct kmsg_dump_detail, not only the reason. */
#include <linux/kmsg_dump.h>

static void kmsg_dump_detail_dump(struct kmsg_dumper *dumper,
				  struct kmsg_dump_detail *detail)
{
}

const struct kmsg_dumper kmsg_dump_detail_probe = {
	.dump = kmsg_dump_detail_dump,
};
