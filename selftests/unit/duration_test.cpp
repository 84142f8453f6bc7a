// SPDX-License-Identifier: GPL-2.0-or-later

#include "duration.hpp"

#include "unit.hpp"

using freezectl::parse_duration;

static void words_are_times(void **)
{
	assert_int_equal(parse_duration("1ms").value(), 1);
	assert_int_equal(parse_duration("500ms").value(), 500);
	assert_int_equal(parse_duration("3s").value(), 3000);
	assert_int_equal(parse_duration("2min").value(), 120000);
	assert_int_equal(parse_duration("4294967295ms").value(), UINT32_MAX);
}

static void other_words_are_none(void **)
{
	for (const char *word :
	     {"", "0", "0s", "5", "s", "-1s", "+1s", " 1s", "1 s", "1s ", "1.5s", "1h", "0x1s",
	      "4294967296ms", "4294968s", "71583min", "99999999999999999999s"})
		assert_false(parse_duration(word).has_value());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(words_are_times),
	cmocka_unit_test(other_words_are_none),
};

UNIT_MAIN(kTests)
