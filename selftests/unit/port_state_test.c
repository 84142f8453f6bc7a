// SPDX-License-Identifier: GPL-2.0-or-later
/* The readiness of a port, in each of its sixteen states. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/errno.h>
#include <linux/eventpoll.h>

#include "port_state.h"

#define IN (EPOLLIN | EPOLLRDNORM)
#define OUT (EPOLLOUT | EPOLLWRNORM)
#define HUP EPOLLHUP
#define ERR EPOLLERR

static const struct {
	struct vser_port_state state; /* alive, host_open, has_data, has_space */
	int read;
	int write;
	unsigned int poll;
} cases[] = {
	/* Unplugged: what arrived can still be read. */
	{ { 0, 0, 0, 0 }, -ENODEV, -ENODEV, HUP | ERR },
	{ { 0, 0, 0, 1 }, -ENODEV, -ENODEV, HUP | ERR },
	{ { 0, 0, 1, 0 }, 1, -ENODEV, IN | HUP | ERR },
	{ { 0, 0, 1, 1 }, 1, -ENODEV, IN | HUP | ERR },
	/* Unplugged while the host was connected: no different. */
	{ { 0, 1, 0, 0 }, -ENODEV, -ENODEV, HUP | ERR },
	{ { 0, 1, 0, 1 }, -ENODEV, -ENODEV, HUP | ERR },
	{ { 0, 1, 1, 0 }, 1, -ENODEV, IN | HUP | ERR },
	{ { 0, 1, 1, 1 }, 1, -ENODEV, IN | HUP | ERR },
	/* The host is away: end of file after the data, writes wait. */
	{ { 1, 0, 0, 0 }, 0, -EAGAIN, IN | HUP },
	{ { 1, 0, 0, 1 }, 0, -EAGAIN, IN | HUP },
	{ { 1, 0, 1, 0 }, 1, -EAGAIN, IN | HUP },
	{ { 1, 0, 1, 1 }, 1, -EAGAIN, IN | HUP },
	/* Connected. */
	{ { 1, 1, 0, 0 }, -EAGAIN, -EAGAIN, 0 },
	{ { 1, 1, 0, 1 }, -EAGAIN, 1, OUT },
	{ { 1, 1, 1, 0 }, 1, -EAGAIN, IN },
	{ { 1, 1, 1, 1 }, 1, 1, IN | OUT },
};

static void read_write_and_poll_follow_the_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct vser_port_state *s = &cases[i].state;
		int read = vser_port_state_read(s);
		int write = vser_port_state_write(s);
		unsigned int poll = vser_port_state_poll(s);

		if (read != cases[i].read || write != cases[i].write ||
		    poll != cases[i].poll)
			fail_msg("state %zu: read %d, write %d, poll %#x", i,
				 read, write, poll);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_write_and_poll_follow_the_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("port_state", tests, NULL, NULL);
}
