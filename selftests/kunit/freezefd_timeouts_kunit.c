// SPDX-License-Identifier: GPL-2.0-or-later
/* The deadline that a program gets, in a kernel. */

#include "../../kernel/freezefd/timeouts.c"
#include "freezefd_timeouts_cases.h"
#include "suite.h"

SUITE_ROWS(wish, freezefd_timeouts_cases);

static void each_wish_comes_to_what_its_row_says(struct kunit *test)
{
	const struct freezefd_timeouts_case *row = test->param_value;
	u32 chosen = 0;

	KUNIT_EXPECT_EQ(test,
			freezefd_timeout_choose(row->asked, row->fallback,
						row->max, &chosen),
			row->error);
	KUNIT_EXPECT_EQ(test, chosen, row->chosen);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_wish_comes_to_what_its_row_says, wish_gen_params),
	{}
};

SUITE_MODULE("freezefd_timeouts", "freezefd/timeouts.c");
