// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of receiving, in a kernel. */

#include "rx_rules.c"
#include "rx_rules_cases.h"
#include "suite.h"

SUITE_ROWS(fate, vser_rx_fate_cases);
SUITE_ROWS(missing, vser_rx_missing_cases);

static void a_buffer_has_the_fate_of_its_row(struct kunit *test)
{
	const struct vser_rx_fate_case *row = test->param_value;

	KUNIT_EXPECT_EQ(test,
			vser_rx_fate(row->opened, row->len, VSER_CASE_SIZE),
			row->fate);
}

static void an_open_posts_as_many_as_its_row_says(struct kunit *test)
{
	const struct vser_rx_missing_case *row = test->param_value;

	KUNIT_EXPECT_EQ(test,
			vser_rx_missing(row->posted, row->most, row->ring),
			row->missing);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_buffer_has_the_fate_of_its_row, fate_gen_params),
	KUNIT_CASE_PARAM(an_open_posts_as_many_as_its_row_says,
			 missing_gen_params),
	{}
};

SUITE_MODULE("vser_rx_rules", "virtio_serial/rx_rules.c");
