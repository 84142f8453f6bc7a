// SPDX-License-Identifier: GPL-2.0-or-later
/* The readiness of a port, in each of its sixteen states, under CMocka. */

#include <linux/errno.h>
#include <linux/eventpoll.h>

#include "port_state.h"
#include "port_state_cases.h"
#include "unit.h"

static void check(const struct vser_port_state_case *row)
{
	int read = vser_port_state_read(&row->state);
	int write = vser_port_state_write(&row->state);
	unsigned int poll = vser_port_state_poll(&row->state);

	if (read != row->read || write != row->write || poll != row->poll)
		fail_msg("%s: read %d, write %d, poll %#x", row->what, read,
			 write, poll);
}

static void read_write_and_poll_follow_the_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_port_state_cases); i++)
		check(&vser_port_state_cases[i]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(read_write_and_poll_follow_the_table),
};

UNIT_MAIN("port_state", tests, NULL)
