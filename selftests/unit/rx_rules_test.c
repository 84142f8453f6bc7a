// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of receiving, under CMocka. */

#include "rx_rules.h"
#include "rx_rules_cases.h"
#include "unit.h"

static void a_buffer_has_the_fate_of_its_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_rx_fate_cases); i++) {
		const struct vser_rx_fate_case *row = &vser_rx_fate_cases[i];
		enum vser_rx_fate fate =
			vser_rx_fate(row->opened, row->len, VSER_CASE_SIZE);

		if (fate != row->fate)
			fail_msg("%s: fate %d, not %d", row->what, fate, row->fate);
	}
}

static void an_open_posts_as_many_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_rx_missing_cases); i++) {
		const struct vser_rx_missing_case *row = &vser_rx_missing_cases[i];
		unsigned int missing =
			vser_rx_missing(row->posted, row->most, row->ring);

		if (missing != row->missing)
			fail_msg("%s: %u are missing, not %u", row->what, missing,
				 row->missing);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_buffer_has_the_fate_of_its_row),
	cmocka_unit_test(an_open_posts_as_many_as_its_row_says),
};

UNIT_MAIN("rx_rules", tests, NULL)
