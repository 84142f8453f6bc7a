// SPDX-License-Identifier: GPL-2.0
/*
 * A control: passes a char where a pointer is due and calls what no kernel has.
 * When this compiles, the compiler's warnings are off and every probe passes.
 */
#include <linux/slab.h>

void control_must_fail(char c)
{
	kfree(c);
	gatehouse_no_such_function();
}
