// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of a set, under CMocka. */

#include <errno.h>
#include <string.h>

#include <gatehouse/freezefd.h>

#include "set.h"
#include "freezefd_set_cases.h"
#include "unit.h"

static void each_story_ends_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(freezefd_set_cases); i++) {
		const struct freezefd_set_case *row = &freezefd_set_cases[i];
		struct freezefd_set_told told;

		freezefd_set_after(&told, row);
		if (strcmp(told.states, row->members) || told.set.state != row->state ||
		    told.set.lost != row->lost || told.set.error != row->error)
			fail_msg("%s: %s, state %u, lost %#x, error %d", row->what,
				 told.states, told.set.state, told.set.lost,
				 told.set.error);
	}
}

static void a_call_learns_why_the_freeze_was_lost(void **state)
{
	struct freezefd_set set = { .lost = 0 };

	(void)state;
	assert_int_equal(freezefd_set_lost_error(&set), 0);
	set.lost = FS_FREEZE_LOST_FOREIGN;
	assert_int_equal(freezefd_set_lost_error(&set), -ESTALE);
	set.lost = FS_FREEZE_LOST_TIMEOUT;
	assert_int_equal(freezefd_set_lost_error(&set), -ETIMEDOUT);
}

static void who_waits_is_done_when_all_is_frozen_thawed_or_in_a_hurry(void **state)
{
	struct freezefd_set set = { .state = FS_FREEZE_FREEZING };

	(void)state;
	assert_false(freezefd_set_is_settled(&set));
	set.state = FS_FREEZE_FROZEN;
	assert_true(freezefd_set_is_settled(&set));
	set.state = FS_FREEZE_THAWING;
	assert_false(freezefd_set_is_settled(&set));
	freezefd_set_expire(&set);
	assert_true(freezefd_set_is_settled(&set));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_story_ends_as_its_row_says),
	cmocka_unit_test(a_call_learns_why_the_freeze_was_lost),
	cmocka_unit_test(who_waits_is_done_when_all_is_frozen_thawed_or_in_a_hurry),
};

UNIT_MAIN("freezefd_set", tests, NULL)
