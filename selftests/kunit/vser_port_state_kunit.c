// SPDX-License-Identifier: GPL-2.0-or-later
/* The readiness of a port, in each of its sixteen states, in a kernel. */

#include "port_state.c"
#include "port_state_cases.h"
#include "suite.h"

SUITE_ROWS(state, vser_port_state_cases);

static void read_write_and_poll_follow_the_table(struct kunit *test)
{
	const struct vser_port_state_case *row = test->param_value;

	KUNIT_EXPECT_EQ(test, vser_port_state_read(&row->state), row->read);
	KUNIT_EXPECT_EQ(test, vser_port_state_write(&row->state), row->write);
	KUNIT_EXPECT_EQ(test, (__force u32)vser_port_state_poll(&row->state),
			(__force u32)row->poll);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(read_write_and_poll_follow_the_table, state_gen_params),
	{}
};

SUITE_MODULE("vser_port_state", "virtio_serial/port_state.c");
