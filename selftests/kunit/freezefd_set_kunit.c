// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of a set, in a kernel. */

#include "../../kernel/freezefd/set.c"
#include "freezefd_set_cases.h"
#include "suite.h"

SUITE_ROWS(story, freezefd_set_cases);

static void each_story_ends_as_its_row_says(struct kunit *test)
{
	const struct freezefd_set_case *row = test->param_value;
	struct freezefd_set_told told;

	freezefd_set_after(&told, row);
	KUNIT_EXPECT_STREQ(test, (const char *)told.states, row->members);
	KUNIT_EXPECT_EQ(test, told.set.state, row->state);
	KUNIT_EXPECT_EQ(test, told.set.lost, row->lost);
	KUNIT_EXPECT_EQ(test, told.set.error, row->error);
}

static void a_call_learns_why_the_freeze_was_lost(struct kunit *test)
{
	struct freezefd_set set = { .lost = FS_FREEZE_LOST_FOREIGN };

	KUNIT_EXPECT_EQ(test, freezefd_set_lost_error(&set), -ESTALE);
	set.lost |= FS_FREEZE_LOST_TIMEOUT;
	KUNIT_EXPECT_EQ(test, freezefd_set_lost_error(&set), -ETIMEDOUT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_story_ends_as_its_row_says, story_gen_params),
	KUNIT_CASE(a_call_learns_why_the_freeze_was_lost),
	{}
};

SUITE_MODULE("freezefd_set", "freezefd/set.c");
