// SPDX-License-Identifier: GPL-2.0-or-later
/* What a program is told of a port's events, in a kernel. */

#include "events.c"
#include "events_cases.h"
#include "suite.h"

SUITE_ROWS(story, vser_events_cases);

static void each_story_ends_as_its_row_says(struct kunit *test)
{
	const struct vser_events_case *row = test->param_value;
	const struct vser_events e = vser_events_after(row->story);

	KUNIT_EXPECT_EQ(test, e.causes, row->causes);
	KUNIT_EXPECT_EQ(test, e.last, row->last);
	KUNIT_EXPECT_EQ(test, e.generation, row->generation);
	KUNIT_EXPECT_EQ(test, (__force u32)vser_events_poll(&e),
			(__force u32)row->poll);
}

static void what_came_after_the_answer_stays(struct kunit *test)
{
	struct vser_events e = vser_events_after("fcd");

	vser_events_fetched(&e, 0, VSER_EVENT_CONNECT);
	KUNIT_EXPECT_EQ(test, e.causes, VSER_EVENT_DATA);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_story_ends_as_its_row_says, story_gen_params),
	KUNIT_CASE(what_came_after_the_answer_stays),
	{}
};

SUITE_MODULE("vser_events", "virtio_serial/events.c");
