// SPDX-License-Identifier: GPL-2.0-or-later
/* Which names may be a node's, in a kernel. */

#include "node_name.c"
#include "node_name_cases.h"
#include "suite.h"

SUITE_ROWS(name, vser_node_name_cases);

static void a_name_is_fit_as_its_row_says(struct kunit *test)
{
	const struct vser_node_name_case *row = test->param_value;

	KUNIT_EXPECT_EQ(test, vser_node_name_is_fit(row->name), row->fit);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_name_is_fit_as_its_row_says, name_gen_params),
	{}
};

SUITE_MODULE("vser_node_name", "virtio_serial/node_name.c");
