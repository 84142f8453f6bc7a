// SPDX-License-Identifier: GPL-2.0-or-later

#include "nearest.hpp"

#include <vector>

#include "unit.hpp"

using namespace gatehouse;

static const std::vector<std::string> kVerbs = {"list", "cat", "send", "watch", "takeover"};

static void distance_counts_edits(void **)
{
	static const struct {
		const char *from, *to;
		size_t distance;
	} kCases[] = {
		{"", "", 0},	     {"abc", "", 3},	       {"", "abc", 3},
		{"cat", "cat", 0},   {"cat", "bat", 1},	       {"lst", "list", 1},
		{"sedn", "send", 1}, {"kitten", "sitting", 3},
	};

	for (const auto &row : kCases)
		assert_int_equal(edit_distance(row.from, row.to), row.distance);
}

static void a_slip_finds_the_word(void **)
{
	assert_string_equal(nearest("lst", kVerbs).value_or("").c_str(), "list");
	assert_string_equal(nearest("takeovr", kVerbs).value_or("").c_str(), "takeover");
}

static void a_stranger_finds_nothing(void **)
{
	assert_false(nearest("xyzzy", kVerbs).has_value());
	assert_false(nearest("", kVerbs).has_value());
	assert_string_equal(suggestion("xyzzy", kVerbs).c_str(), "");
}

static void the_end_of_a_dotted_name_finds_it(void **)
{
	const std::vector<std::string> names = {"org.qemu.guest_agent.0", "com.redhat.spice.0"};

	assert_string_equal(suggestion("guest_agent.0", names).c_str(),
			    "; did you mean 'org.qemu.guest_agent.0'?");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(distance_counts_edits),
	cmocka_unit_test(a_slip_finds_the_word),
	cmocka_unit_test(a_stranger_finds_nothing),
	cmocka_unit_test(the_end_of_a_dotted_name_finds_it),
};

UNIT_MAIN(kTests)
