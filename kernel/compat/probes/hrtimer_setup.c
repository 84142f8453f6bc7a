// SPDX-License-Identifier: GPL-2.0
/* 6.13: hrtimer_setup(), before: hrtimer_init() and an assignment. */
#include <linux/hrtimer.h>

void hrtimer_setup_probe(struct hrtimer *timer,
			 enum hrtimer_restart (*function)(struct hrtimer *))
{
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
}
