// SPDX-License-Identifier: GPL-2.0-or-later

#include "mounts.hpp"

#include <sys/sysmacros.h>

#include "unit.hpp"

using namespace gatehouse;

static void lines_are_mounts(void **)
{
	const auto mounts = parse_mounts(
		"23 1 8:1 / / rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw\n"
		"24 23 0:20 /sub /mnt/a\\040b\\134\\011c rw - btrfs /dev/sdb rw,subvol=/-\n"
		"25 23 0:5 / /- rw - tmpfs - rw");

	assert_int_equal(mounts.size(), 3);
	assert_int_equal(mounts[0].device, makedev(8, 1));
	assert_string_equal(mounts[0].path.c_str(), "/");
	assert_string_equal(mounts[0].type.c_str(), "ext4");
	assert_string_equal(mounts[0].source.c_str(), "/dev/sda1");
	assert_string_equal(mounts[1].path.c_str(), "/mnt/a b\\\tc");
	assert_string_equal(mounts[1].source.c_str(), "/dev/sdb");
	assert_string_equal(mounts[2].path.c_str(), "/-");
	assert_string_equal(mounts[2].source.c_str(), "-");
}

static void lines_that_are_none_are_left_out(void **)
{
	for (const char *text : {"", "\n\n", "23 1 8:1 / / rw", "23 1 8 / / rw - ext4 /dev/sda rw",
				 "23 1 8:x / / rw - ext4 /dev/sda rw", "1 2 8:1 / - ext4",
				 "23 1 8:1 / / rw -", "23 1 8:1 / / rw - ext4"})
		assert_int_equal(parse_mounts(text).size(), 0);
	// Half an escape is none.
	const auto mounts = parse_mounts("1 2 8:1 / /a\\04 rw - ext4 /dev/\\0 rw");
	assert_string_equal(mounts[0].path.c_str(), "/a\\04");
	assert_string_equal(mounts[0].source.c_str(), "/dev/\\0");
}

static void options_have_values(void **)
{
	const auto mounts =
		parse_mounts("1 2 0:40 / /a rw - overlay none rw,upperdir=/u\\054\\040p,x\n"
			     "1 2 0:41 / /b rw - overlay none\n");

	assert_string_equal(find_option(mounts[0], "upperdir").value().c_str(), "/u, p");
	for (const char *key : {"upper", "x", "rw", "p", ""})
		assert_false(find_option(mounts[0], key).has_value());
	assert_false(find_option(mounts[1], "upperdir").has_value());
}

static void ours_are_there(void **)
{
	const auto mounts = unit::expect_ok(read_mounts(""));

	assert_true(mounts.size() > 0);
	assert_false(read_mounts("/nowhere").ok());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(lines_are_mounts),
	cmocka_unit_test(lines_that_are_none_are_left_out),
	cmocka_unit_test(options_have_values),
	cmocka_unit_test(ours_are_there),
};

UNIT_MAIN(kTests)
