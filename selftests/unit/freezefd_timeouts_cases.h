/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The deadline that a program gets, for CMocka and KUnit alike. Needs
 * linux/errno.h and linux/types.h before it.
 */
#ifndef FREEZEFD_TIMEOUTS_CASES_H
#define FREEZEFD_TIMEOUTS_CASES_H

/**
 * struct freezefd_timeouts_case - a wish and what comes of it
 * @what: the case in a sentence
 * @asked: as freezefd_timeout_choose() takes it, as are:
 * @fallback: the same
 * @max: the same
 * @chosen: the deadline
 * @error: or why there is none
 */
struct freezefd_timeouts_case {
	const char *what;
	u32 asked;
	u32 fallback;
	u32 max;
	u32 chosen;
	int error;
};

static const struct freezefd_timeouts_case freezefd_timeouts_cases[] = {
	{ "what is asked for", 5000, 60000, 600000, 5000, 0 },
	{ "one ms is something", 1, 60000, 600000, 1, 0 },
	{ "the longest there is", 600000, 60000, 600000, 600000, 0 },
	{ "no longer one", 600001, 60000, 600000, 0, -EINVAL },
	{ "none without an end", 0xffffffff, 60000, 600000, 0, -EINVAL },
	{ "nothing asked for", 0, 60000, 600000, 60000, 0 },
	{ "the default is bounded, too", 0, 60000, 2000, 2000, 0 },
	{ "there is always an end", 0, 0, 600000, 1, 0 },
};

#endif /* FREEZEFD_TIMEOUTS_CASES_H */
