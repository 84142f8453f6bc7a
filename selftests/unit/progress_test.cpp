// SPDX-License-Identifier: GPL-2.0-or-later

#include "progress.hpp"

#include "unit.hpp"

using namespace gatehouse;

static void assert_line(uint64_t done, std::optional<uint64_t> total, double elapsed,
			const char *line)
{
	const auto got = progress_line(done, total, std::chrono::duration<double>(elapsed));

	assert_string_equal(got.c_str(), line);
}

static void without_an_end_there_is_no_bar(void **)
{
	assert_line(8 << 20, {}, 4, "8.0 MiB, 2.0 MiB/s");
	assert_line(0, {}, 0, "0.0 MiB, 0.0 MiB/s");
	assert_line(1 << 20, 0, 1, "1.0 MiB, 1.0 MiB/s");
}

static void with_an_end_it_tells_what_is_left(void **)
{
	assert_line(4 << 20, 16 << 20, 2,
		    "[######------------------]  25 %  4.0 of 16.0 MiB, 2.0 MiB/s, 6 s left");
	assert_line(0, 16 << 20, 1, "[------------------------]   0 %  0.0 of 16.0 MiB, 0.0 MiB/s");
}

static void at_the_end_nothing_is_left(void **)
{
	assert_line(16 << 20, 16 << 20, 8,
		    "[########################] 100 %  16.0 of 16.0 MiB, 2.0 MiB/s");
}

// 100 % is said of nothing less.
static void a_byte_is_missing(void **)
{
	assert_line((16 << 20) - 1, 16 << 20, 8,
		    "[#######################-]  99 %  16.0 of 16.0 MiB, 2.0 MiB/s, 1 s left");
}

static void a_file_that_has_grown_is_no_more_than_whole(void **)
{
	assert_line(20 << 20, 16 << 20, 10,
		    "[########################] 100 %  16.0 of 16.0 MiB, 2.0 MiB/s");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(without_an_end_there_is_no_bar),
	cmocka_unit_test(with_an_end_it_tells_what_is_left),
	cmocka_unit_test(at_the_end_nothing_is_left),
	cmocka_unit_test(a_byte_is_missing),
	cmocka_unit_test(a_file_that_has_grown_is_no_more_than_whole),
};

UNIT_MAIN(kTests)
