// SPDX-License-Identifier: GPL-2.0-or-later
/* Which names may be a node's, under CMocka. */

#include "node_name.h"
#include "node_name_cases.h"
#include "unit.h"

static void a_name_is_fit_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_node_name_cases); i++) {
		const struct vser_node_name_case *row = &vser_node_name_cases[i];

		if (vser_node_name_is_fit(row->name) != row->fit)
			fail_msg("%s: is %sfit", row->what, row->fit ? "not " : "");
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_name_is_fit_as_its_row_says),
};

UNIT_MAIN("node_name", tests, NULL)
