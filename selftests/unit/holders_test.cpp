// SPDX-License-Identifier: GPL-2.0-or-later

#include "holders.hpp"

#include "unit.hpp"

using namespace gatehouse;

static void a_holder_is_found_by_its_open_file(void **)
{
	const unit::Folder root;

	root.write("dev/vport0p1", "");
	root.write("dev/vport0p2", "");
	root.write("proc/412/comm", "qemu-ga\n");
	root.link("proc/412/fd/0", "/dev/null");
	root.link("proc/412/fd/5", root.path() + "/dev/vport0p1");
	root.write("proc/meminfo", "not a process");

	const auto holders = find_holders(root.path() + "/proc");
	const auto key = unit::expect_ok(device_key(root.path() + "/dev/vport0p1"));
	assert_true(holders.contains(key));
	assert_int_equal(holders.at(key).pid, 412);
	assert_string_equal(holders.at(key).comm.c_str(), "qemu-ga");
	assert_false(holders.contains(unit::expect_ok(device_key(root.path() + "/dev/vport0p2"))));
}

static void of_two_holders_the_lower_pid_is_told(void **)
{
	const unit::Folder root;

	root.write("dev/vport0p1", "");
	root.link("proc/103/fd/5", root.path() + "/dev/vport0p1");
	root.link("proc/99/fd/5", root.path() + "/dev/vport0p1");

	const auto holders = find_holders(root.path() + "/proc");
	const auto key = unit::expect_ok(device_key(root.path() + "/dev/vport0p1"));
	assert_int_equal(holders.at(key).pid, 99);
}

static void our_own_fd_is_found_in_the_real_proc(void **)
{
	const unit::Folder folder;

	folder.write("file", "");
	const std::string path = folder.path() + "/file";
	const std::ifstream open_file(path);
	const auto holders = find_holders("/proc");
	assert_int_equal(holders.at(unit::expect_ok(device_key(path))).pid, getpid());
}

static void two_nodes_of_one_device_are_the_same(void **)
{
	const unit::Folder folder;

	folder.link("zero", "/dev/zero");
	const auto zero = unit::expect_ok(device_key("/dev/zero"));
	assert_true(zero == unit::expect_ok(device_key(folder.path() + "/zero")));
	assert_true(zero != unit::expect_ok(device_key("/dev/null")));
}

static void a_missing_proc_has_no_holders(void **)
{
	assert_true(find_holders("/nowhere/proc").empty());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(a_holder_is_found_by_its_open_file),
	cmocka_unit_test(of_two_holders_the_lower_pid_is_told),
	cmocka_unit_test(our_own_fd_is_found_in_the_real_proc),
	cmocka_unit_test(two_nodes_of_one_device_are_the_same),
	cmocka_unit_test(a_missing_proc_has_no_holders),
};

UNIT_MAIN(kTests)
