// SPDX-License-Identifier: GPL-2.0-or-later
/* What is owed to the host, in a kernel. */

#include "ctrl_owed.c"
#include "ctrl_owed_cases.h"
#include "suite.h"

SUITE_ROWS(story, vser_ctrl_owed_cases);

static void the_host_hears_of_each_story_what_its_row_says(struct kunit *test)
{
	const struct vser_ctrl_owed_case *row = test->param_value;
	const struct vser_ctrl_owed_sent sent = vser_ctrl_owed_tell(row->story);

	KUNIT_EXPECT_STREQ(test, sent.text, row->sent);
}

static void opens_and_closes_are_told_in_turns(struct kunit *test)
{
	unsigned int bits;

	for (bits = 0; bits < 1 << VSER_CASE_STEPS; bits++)
		KUNIT_ASSERT_TRUE_MSG(test, vser_ctrl_owed_is_well_told(bits),
				      "story %#x", bits);
}

static void two_opens_in_a_row_are_noticed(struct kunit *test)
{
	struct vser_ctrl_owed owed = { 0 };

	KUNIT_EXPECT_TRUE(test, vser_ctrl_owe_open(&owed, true));
	KUNIT_EXPECT_FALSE(test, vser_ctrl_owe_open(&owed, true));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(the_host_hears_of_each_story_what_its_row_says,
			 story_gen_params),
	KUNIT_CASE(opens_and_closes_are_told_in_turns),
	KUNIT_CASE(two_opens_in_a_row_are_noticed),
	{}
};

SUITE_MODULE("vser_ctrl_owed", "virtio_serial/ctrl_owed.c");
