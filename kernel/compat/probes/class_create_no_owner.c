// SPDX-License-Identifier: GPL-2.0
/* 6.4: class_create(name), before: class_create(owner, name). */
#include <linux/device.h>

struct class *class_create_no_owner(void)
{
	return class_create("probe");
}
