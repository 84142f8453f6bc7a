// SPDX-License-Identifier: GPL-2.0-or-later
/* The deadline that a program gets, under CMocka. */

#include <errno.h>

#include "timeouts.h"
#include "freezefd_timeouts_cases.h"
#include "unit.h"

static void each_wish_comes_to_what_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(freezefd_timeouts_cases); i++) {
		const struct freezefd_timeouts_case *row = &freezefd_timeouts_cases[i];
		u32 chosen = 0;
		int error = freezefd_timeout_choose(row->asked, row->fallback,
						    row->max, &chosen);

		if (error != row->error || chosen != row->chosen)
			fail_msg("%s: %d, %u ms", row->what, error, chosen);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_wish_comes_to_what_its_row_says),
};

UNIT_MAIN("freezefd_timeouts", tests, NULL)
