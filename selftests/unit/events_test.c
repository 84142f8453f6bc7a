// SPDX-License-Identifier: GPL-2.0-or-later
/* What a program is told of a port's events, under CMocka. */

#include <linux/poll.h>

#include <gatehouse/virtio_serial.h>

#include "events.h"
#include "events_cases.h"
#include "unit.h"

static void each_story_ends_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_events_cases); i++) {
		const struct vser_events_case *row = &vser_events_cases[i];
		const struct vser_events e = vser_events_after(row->story);
		unsigned int poll = vser_events_poll(&e);

		if (e.causes != row->causes || e.last != row->last ||
		    e.generation != row->generation || poll != row->poll)
			fail_msg("%s: causes %#x, last %#x, generation %llu, poll %#x",
				 row->what, e.causes, e.last,
				 (unsigned long long)e.generation, poll);
	}
}

static void what_came_after_the_answer_stays(void **state)
{
	struct vser_events e = vser_events_after("fcd");

	(void)state;
	vser_events_fetched(&e, 0, VSER_EVENT_CONNECT);
	assert_int_equal(e.causes, VSER_EVENT_DATA);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_story_ends_as_its_row_says),
	cmocka_unit_test(what_came_after_the_answer_stays),
};

UNIT_MAIN("events", tests, NULL)
