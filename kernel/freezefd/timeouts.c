// SPDX-License-Identifier: GPL-2.0
/* The deadline of a freeze. */

#include <linux/errno.h>
#include <linux/types.h>

#include "timeouts.h"

/**
 * freezefd_timeout_choose - the deadline that a program gets
 * @asked: by the program, in ms; 0: any
 * @fallback: what it gets then, if that is not beyond @max
 * @max: the longest, one at least
 * @chosen: the deadline, never 0
 *
 * Return: 0, or -EINVAL when it asks for more than @max.
 */
int freezefd_timeout_choose(u32 asked, u32 fallback, u32 max, u32 *chosen)
{
	if (asked > max)
		return -EINVAL;
	if (!asked)
		asked = fallback < max ? fallback : max;
	*chosen = asked ? asked : 1;
	return 0;
}
