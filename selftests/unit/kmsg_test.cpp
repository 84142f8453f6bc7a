// SPDX-License-Identifier: GPL-2.0-or-later

#include "kmsg.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "file.hpp"
#include "unit.hpp"

using namespace gatehouse;

static void assert_shown(std::string_view record, const char *line)
{
	const auto parsed = parse_kmsg(record);

	assert_true(parsed.has_value());
	assert_string_equal(kmsg_line(*parsed).c_str(), line);
}

static void a_record_is_a_line_as_in_dmesg(void **)
{
	assert_shown("6,339,5140900,-;NET: Registered protocol family 10\n",
		     "[    5.140900] NET: Registered protocol family 10\n");
	assert_shown("30,340,5690716000042,-;udevd[80]: starting\n",
		     "[5690716.000042] udevd[80]: starting\n");
	assert_shown("6,341,0,-;\n", "[    0.000000] \n");
}

static void keys_are_not_shown(void **)
{
	assert_shown("7,160,424069,-,caller=T1;pci 0000:00:01.0: [8086:7000]\n"
		     " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0\n",
		     "[    0.424069] pci 0000:00:01.0: [8086:7000]\n");
}

static void further_lines_stand_below_the_text(void **)
{
	assert_shown("6,1,1,-;one\\x0atwo\\x0athree\n",
		     "[    0.000001] one\n               two\n               three\n");
}

static void only_what_is_harmless_is_unescaped(void **)
{
	assert_shown("6,1,1,-;a\\x5cb\\x09\\xc3\\xa4\n", "[    0.000001] a\\b\t\xc3\xa4\n");
	assert_shown("6,1,1,-;\\x1b[2J\\x00\n", "[    0.000001] \\x1b[2J\\x00\n");
	assert_shown("6,1,1,-;\\x\\x0\\xzz\\x0", "[    0.000001] \\x\\x0\\xzz\\x0\n");
}

// A socket that keeps records apart is as good as /dev/kmsg.
static void the_sequence_tells_of_losses(void **)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
	const UniqueFd log(ends[0]);
	KmsgReader reader{UniqueFd(ends[1])};
	const auto next = [&](std::string_view record) {
		if (!record.empty())
			unit::expect_ok(write_all(log.get(), record, "log"));
		return unit::expect_ok(reader.next());
	};

	assert_string_equal(next("6,0,1,-;a\n").c_str(), "[    0.000001] a\n");
	assert_string_equal(next("").c_str(), "");
	assert_string_equal(next("6,1,1,-;b\n").c_str(), "[    0.000001] b\n");
	assert_string_equal(next("6,9,1,-;c\n").c_str(),
			    "-- 7 records lost --\n[    0.000001] c\n");
	unit::expect_ok(write_all(log.get(), "no record", "log"));
	assert_true(reader.next().failed_with(EPROTO));
}

static void what_is_no_record_is_none(void **)
{
	for (const char *record :
	     {"", "6,1,1,-", "6,1,1;x\n", "6,,1,-;x\n", ";x\n", "-6,1,1,-;x\n"})
		assert_false(parse_kmsg(record).has_value());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(a_record_is_a_line_as_in_dmesg),
	cmocka_unit_test(keys_are_not_shown),
	cmocka_unit_test(further_lines_stand_below_the_text),
	cmocka_unit_test(only_what_is_harmless_is_unescaped),
	cmocka_unit_test(the_sequence_tells_of_losses),
	cmocka_unit_test(what_is_no_record_is_none),
};

UNIT_MAIN(kTests)
