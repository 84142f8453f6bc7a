// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vser_ctrl_parse() in a kernel. Each message lies at the very end of an object
 * of its own: KASAN reports a read past its length.
 */

#include <linux/minmax.h>

#include "ctrl_msg.c"
#include "ctrl_msg_cases.h"
#include "suite.h"

SUITE_ROWS(message, vser_ctrl_cases);

/* Memory for a message of @len bytes, as above. */
static u8 *allocate(struct kunit *test, size_t len)
{
	u8 *memory = kunit_kzalloc(test, VSER_CTRL_MSG_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	return memory + VSER_CTRL_MSG_MAX - len;
}

static void every_message_has_the_meaning_of_its_row(struct kunit *test)
{
	const struct vser_ctrl_case *row = test->param_value;
	const size_t head = min(row->len, sizeof(row->head));
	u8 *data = allocate(test, row->len);
	struct vser_ctrl_msg msg;

	memcpy(data, row->head, head);
	if (row->tail)
		memcpy(data + head, row->tail, row->len - head);

	KUNIT_ASSERT_EQ(test, row->err,
			vser_ctrl_parse(data, row->len, !row->big_endian,
					VSER_CASE_PORTS, &msg));
	if (row->err)
		return;
	KUNIT_EXPECT_EQ(test, msg.id, row->id);
	KUNIT_EXPECT_EQ(test, msg.event, row->event);
	KUNIT_EXPECT_EQ(test, msg.value, row->value);
	KUNIT_EXPECT_EQ(test, msg.cols, row->cols);
	KUNIT_EXPECT_EQ(test, msg.rows, row->rows);
	KUNIT_EXPECT_STREQ(test, (const char *)msg.name, row->name ?: "");
	KUNIT_EXPECT_EQ(test, msg.name_len, strlen(msg.name));
}

/* Events that exist, and one that does not, with any length. */
static void whatever_is_accepted_is_in_range(struct kunit *test)
{
	u8 *end = allocate(test, 0);
	struct vser_ctrl_msg msg;
	unsigned int event, len;

	for (event = 0; event <= VIRTIO_CONSOLE_PORT_NAME + 1; event++) {
		for (len = 0; len <= VSER_CTRL_MSG_MAX; len++) {
			vser_ctrl_scribble(end - len, len, event);
			if (vser_ctrl_parse(end - len, len, true,
					    VSER_CASE_PORTS, &msg))
				continue;
			KUNIT_ASSERT_LT(test, msg.id, VSER_CASE_PORTS);
			KUNIT_ASSERT_EQ(test, msg.event, event);
			KUNIT_ASSERT_LE(test, msg.name_len, VSER_NAME_MAX);
			KUNIT_ASSERT_EQ(test, msg.name_len, strlen(msg.name));
		}
	}
}

static void a_device_without_ports_has_no_messages(struct kunit *test)
{
	const u8 add[8] = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_PORT_ADD, 1);
	struct vser_ctrl_msg msg;

	KUNIT_EXPECT_EQ(test, -ERANGE,
			vser_ctrl_parse(add, sizeof(add), true, 0, &msg));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(every_message_has_the_meaning_of_its_row,
			 message_gen_params),
	KUNIT_CASE(whatever_is_accepted_is_in_range),
	KUNIT_CASE(a_device_without_ports_has_no_messages),
	{}
};

SUITE_MODULE("vser_ctrl_msg", "virtio_serial/ctrl_msg.c");
