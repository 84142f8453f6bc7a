// SPDX-License-Identifier: GPL-2.0-or-later
/* Counting of buffers under way to the host, in a kernel. */

#include "tx_window.c"
#include "tx_window_cases.h"
#include "suite.h"

SUITE_ROWS(story, vser_tx_window_cases);
SUITE_ROWS(limit, vser_tx_window_limits);

static void each_story_ends_as_its_row_says(struct kunit *test)
{
	const struct vser_tx_window_case *row = test->param_value;
	const struct vser_tx_window w = vser_tx_window_after(row->story);

	KUNIT_EXPECT_EQ(test, vser_tx_window_in_flight(&w), row->in_flight);
	KUNIT_EXPECT_TRUE(test, vser_tx_window_has_only(&w, row->in_flight));
}

static void it_is_open_as_far_as_its_row_says(struct kunit *test)
{
	const struct vser_tx_window_limit *row = test->param_value;
	const struct vser_tx_window w = { .posted = row->in_flight };

	KUNIT_EXPECT_EQ(test,
			vser_tx_window_is_open(&w, row->most, row->held,
					       row->free),
			row->open);
}

static void buffers_are_numbered_from_one(struct kunit *test)
{
	struct vser_tx_window w = { 0 };

	KUNIT_EXPECT_EQ(test, vser_tx_window_post(&w), 1);
	KUNIT_EXPECT_EQ(test, vser_tx_window_post(&w), 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_story_ends_as_its_row_says, story_gen_params),
	KUNIT_CASE_PARAM(it_is_open_as_far_as_its_row_says, limit_gen_params),
	KUNIT_CASE(buffers_are_numbered_from_one),
	{}
};

SUITE_MODULE("vser_tx_window", "virtio_serial/tx_window.c");
