// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze_fdinfo.hpp"

#include <sys/sysmacros.h>

#include "unit.hpp"

using namespace gatehouse;

namespace {

constexpr const char *kFrozen = "pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t1053\n"
				"state:\tfrozen\nlost:\tno\nerror:\t0\ngeneration:\t1\n"
				"remaining_ms:\t59000\ncreator:\t12\ncookie:\t7\n"
				"target:\t259:3 level 0 frozen error 0\n"
				"target:\t0:40 level 12 left-out error -95\n";

void lines_are_a_set(void **)
{
	const auto info = parse_freeze_fdinfo(kFrozen);

	assert_true(info.has_value());
	assert_int_equal(info->remaining_ms, 59000);
	assert_int_equal(info->cookie, 7);
	assert_int_equal(info->targets.size(), 2);
	assert_int_equal(info->targets[0].device, makedev(259, 3));
	assert_true(info->targets[0].frozen);
	assert_int_equal(info->targets[1].device, makedev(0, 40));
	assert_false(info->targets[1].frozen);
	assert_int_equal(info->targets[1].error, -95);
}

void other_descriptors_are_none(void **)
{
	for (const char *text : {"", "\n", "pos:\t0\nflags:\t02\n", "target:\t\n", "target:\t1:2\n",
				 "target:\t1:2 level x frozen error 0\n", "x\ntarget"})
		assert_false(parse_freeze_fdinfo(text).has_value());
}

void a_process_is_there_once_with_its_longest_deadline(void **)
{
	const unit::Folder folder;
	const std::string longer = "remaining_ms:\t80000\ntarget:\t259:3 level 0 frozen error 0\n";

	for (const char *fd : {"3", "4", "5"}) {
		folder.link(std::string("proc/12/fd/") + fd, "anon_inode:[freezefd]");
		folder.write(std::string("proc/12/fdinfo/") + fd, fd[0] == '4' ? longer : kFrozen);
	}
	folder.write("proc/12/comm", "holder\n");
	// Says so, and is none.
	folder.link("proc/13/fd/1", "/tmp/x");
	folder.write("proc/13/fdinfo/1", kFrozen);
	folder.write("proc/13/comm", "other\n");

	const auto freezers = find_freezers(folder.path());
	assert_int_equal(freezers.size(), 1);
	const auto &of = freezers.at(makedev(259, 3));
	assert_int_equal(of.size(), 1);
	assert_int_equal(of[0].pid, 12);
	assert_string_equal(of[0].comm.c_str(), "holder");
	assert_int_equal(of[0].remaining_ms, 80000);
}

const CMUnitTest kTests[] = {
	cmocka_unit_test(lines_are_a_set),
	cmocka_unit_test(other_descriptors_are_none),
	cmocka_unit_test(a_process_is_there_once_with_its_longest_deadline),
};

} // namespace

UNIT_MAIN(kTests)
