// SPDX-License-Identifier: GPL-2.0-or-later
/* Counting of buffers under way to the host, under CMocka. */

#include "tx_window.h"
#include "tx_window_cases.h"
#include "unit.h"

static void each_story_ends_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_tx_window_cases); i++) {
		const struct vser_tx_window_case *row = &vser_tx_window_cases[i];
		const struct vser_tx_window w = vser_tx_window_after(row->story);

		if (vser_tx_window_in_flight(&w) != row->in_flight)
			fail_msg("%s: %u in flight, not %u", row->what,
				 vser_tx_window_in_flight(&w), row->in_flight);
		assert_true(vser_tx_window_has_only(&w, row->in_flight));
	}
}

static void it_is_open_as_far_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_tx_window_limits); i++) {
		const struct vser_tx_window_limit *row = &vser_tx_window_limits[i];
		const struct vser_tx_window w = { .posted = row->in_flight };

		if (vser_tx_window_is_open(&w, row->most, row->held, row->free) !=
		    row->open)
			fail_msg("%s: is %s", row->what,
				 row->open ? "closed" : "open");
	}
}

static void buffers_are_numbered_from_one(void **state)
{
	struct vser_tx_window w = { 0 };

	(void)state;
	assert_int_equal(vser_tx_window_post(&w), 1);
	assert_int_equal(vser_tx_window_post(&w), 2);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_story_ends_as_its_row_says),
	cmocka_unit_test(it_is_open_as_far_as_its_row_says),
	cmocka_unit_test(buffers_are_numbered_from_one),
};

UNIT_MAIN("tx_window", tests, NULL)
