// SPDX-License-Identifier: GPL-2.0
/* A control: when this does not compile, no probe means anything. */
#include <linux/module.h>

struct module *control_must_pass(void)
{
	return THIS_MODULE;
}
