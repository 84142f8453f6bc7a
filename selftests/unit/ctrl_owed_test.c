// SPDX-License-Identifier: GPL-2.0-or-later
/* What is owed to the host, under CMocka. */

#include <linux/types.h>
#include <linux/virtio_console.h>
#include <string.h>

#include "ctrl_owed.h"
#include "ctrl_owed_cases.h"
#include "unit.h"

static void the_host_hears_of_each_story_what_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_ctrl_owed_cases); i++) {
		const struct vser_ctrl_owed_case *row = &vser_ctrl_owed_cases[i];
		const struct vser_ctrl_owed_sent sent =
			vser_ctrl_owed_tell(row->story);

		if (strcmp(sent.text, row->sent))
			fail_msg("%s: sent '%s', not '%s'", row->what, sent.text,
				 row->sent);
	}
}

static void opens_and_closes_are_told_in_turns(void **state)
{
	unsigned int bits;

	(void)state;
	for (bits = 0; bits < 1 << VSER_CASE_STEPS; bits++) {
		if (!vser_ctrl_owed_is_well_told(bits))
			fail_msg("story %#x", bits);
	}
}

static void two_opens_in_a_row_are_noticed(void **state)
{
	struct vser_ctrl_owed owed = { 0 };

	(void)state;
	assert_true(vser_ctrl_owe_open(&owed, true));
	assert_false(vser_ctrl_owe_open(&owed, true));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_host_hears_of_each_story_what_its_row_says),
	cmocka_unit_test(opens_and_closes_are_told_in_turns),
	cmocka_unit_test(two_opens_in_a_row_are_noticed),
};

UNIT_MAIN("ctrl_owed", tests, NULL)
