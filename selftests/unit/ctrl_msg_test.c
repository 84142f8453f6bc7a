// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vser_ctrl_parse() under CMocka. Each message lies at the very end of a page
 * before one that can't be touched: a read past its length is a crash here,
 * not a matter of luck.
 */

#include <linux/errno.h>
#include <linux/types.h>
#include <linux/virtio_console.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ctrl_msg.h"
#include "ctrl_msg_cases.h"
#include "unit.h"

/* End of a page that has no page after it. */
static char *page_end;

static int map_pages(void **state)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
		return -1;
	page_end = pages + page;
	return 0;
}

/* The message of a case, ending where the page ends. */
static const void *place(const struct vser_ctrl_case *row)
{
	const size_t head = row->len < sizeof(row->head) ? row->len :
							   sizeof(row->head);
	char *start = page_end - row->len;

	memcpy(start, row->head, head);
	if (row->len > head)
		memcpy(start + head, row->tail, row->len - head);
	return start;
}

static void check(const struct vser_ctrl_case *row)
{
	struct vser_ctrl_msg msg;
	int err = vser_ctrl_parse(place(row), row->len, !row->big_endian,
				  VSER_CASE_PORTS, &msg);
	const char *name = row->name ? row->name : "";

	if (err != row->err)
		fail_msg("%s: returned %d, not %d", row->what, err, row->err);
	if (err)
		return;
	if (msg.id != row->id || msg.event != row->event ||
	    msg.value != row->value)
		fail_msg("%s: read id %u, event %u, value %u", row->what,
			 msg.id, msg.event, msg.value);
	if (msg.cols != row->cols || msg.rows != row->rows)
		fail_msg("%s: read %u columns, %u rows", row->what, msg.cols,
			 msg.rows);
	if (msg.name_len != strlen(name) || strcmp(msg.name, name))
		fail_msg("%s: read name '%s' of %u bytes", row->what, msg.name,
			 msg.name_len);
}

static void every_message_has_the_meaning_of_its_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vser_ctrl_cases); i++)
		check(&vser_ctrl_cases[i]);
}

/* Any id, event and value with any length: no crash, and nothing out of range. */
static void whatever_is_accepted_is_in_range(void **state)
{
	unsigned int event, len;
	struct vser_ctrl_msg msg;

	(void)state;
	for (event = 0; event < 256; event++) {
		for (len = 0; len <= VSER_CTRL_MSG_MAX; len++) {
			u8 *data = (u8 *)page_end - len;

			vser_ctrl_scribble(data, len, event);
			if (vser_ctrl_parse(data, len, true, VSER_CASE_PORTS,
					    &msg))
				continue;
			assert_in_range(msg.id, 0, VSER_CASE_PORTS - 1);
			assert_in_range(msg.event, VIRTIO_CONSOLE_PORT_ADD,
					VIRTIO_CONSOLE_PORT_NAME);
			assert_in_range(msg.name_len, 0, VSER_NAME_MAX);
			assert_int_equal(strlen(msg.name), msg.name_len);
		}
	}
}

static void a_device_without_ports_has_no_messages(void **state)
{
	const unsigned char add[8] = VSER_CASE_HEAD(0, VIRTIO_CONSOLE_PORT_ADD, 1);
	struct vser_ctrl_msg msg;

	(void)state;
	assert_int_equal(vser_ctrl_parse(add, sizeof(add), true, 0, &msg),
			 -ERANGE);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_message_has_the_meaning_of_its_row),
	cmocka_unit_test(whatever_is_accepted_is_in_range),
	cmocka_unit_test(a_device_without_ports_has_no_messages),
};

UNIT_MAIN("ctrl_msg", tests, map_pages)
