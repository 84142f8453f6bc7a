// SPDX-License-Identifier: GPL-2.0-or-later
//
// Commands that read /proc, /sys and /etc, on a machine that is a folder.

#include <utmp.h>

#include <cstring>

#include "handlers.hpp"
#include "json_text.hpp"
#include "unit.hpp"

using namespace gatehouse;

using Handler = Result<agent::Json> (*)(agent::Agent &, const agent::Json &);

static Result<agent::Json> call(const unit::Folder &folder, Handler handler)
{
	const agent::Options options;
	agent::Log log = unit::expect_ok(agent::Log::open("/dev/null", agent::Detail::Normal));
	EventLoop loop = unit::expect_ok(EventLoop::create());
	agent::Freezer freezer(loop, log);
	agent::Agent agent(options, log, freezer, folder.path());

	return handler(agent, agent::Json::object());
}

static void assert_reply(const unit::Folder &folder, Handler handler, const char *reply)
{
	assert_string_equal(agent::json_text(unit::expect_ok(call(folder, handler))).c_str(),
			    reply);
}

static void counters_of_cpus_are_milliseconds(void **)
{
	const unit::Folder folder;

	folder.write("proc/stat", "cpu  9 9 9 9\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
				  "cpu12 1 2 3 4\nintr 5\nctxt 1\n");
	assert_reply(folder, agent::cpustats,
		     R"([{"cpu": 0, "guest": 90, "guestnice": 100, "idle": 40, "iowait": 50, )"
		     R"("irq": 60, "nice": 20, "softirq": 70, "steal": 80, "system": 30, )"
		     R"("type": "linux", "user": 10}, )"
		     R"({"cpu": 12, "idle": 40, "nice": 20, "system": 30, "type": "linux", )"
		     R"("user": 10}])");
}

static void counters_of_disks_are_as_many_as_there_are(void **)
{
	const unit::Folder folder;

	folder.write("proc/diskstats", "   8       0 sda 1 2 3 4\n 8 1\n");
	assert_reply(folder, agent::diskstats,
		     R"([{"major": 8, "minor": 0, "name": "sda", "stats": {"read-ios": 1, )"
		     R"("read-merges": 2, "read-sectors": 3, "read-ticks": 4}}])");
	assert_false(call(unit::Folder(), agent::diskstats).ok());
}

static void the_first_cpu_has_no_switch(void **)
{
	const unit::Folder folder;

	folder.write("sys/devices/system/cpu/cpu0/topology/core_id", "0\n");
	folder.write("sys/devices/system/cpu/cpu1/online", "0\n");
	folder.write("sys/devices/system/cpu/cpuidle/driver", "none\n");
	assert_reply(folder, agent::vcpus,
		     R"([{"can-offline": false, "logical-id": 0, "online": true}, )"
		     R"({"can-offline": true, "logical-id": 1, "online": false}])");
}

static void memory_has_blocks(void **)
{
	const unit::Folder folder;

	folder.write("sys/devices/system/memory/memory3/state", "online\n");
	folder.write("sys/devices/system/memory/memory3/removable", "0\n");
	folder.write("sys/devices/system/memory/memory40/state", "offline\n");
	folder.write("sys/devices/system/memory/block_size_bytes", "8000000\n");
	assert_reply(folder, agent::memory_blocks,
		     R"([{"can-offline": false, "online": true, "phys-index": 3}, )"
		     R"({"can-offline": true, "online": false, "phys-index": 40}])");
	assert_reply(folder, agent::memory_block_info, R"({"size": 134217728})");
}

static void os_release_is_read_as_a_shell_would(void **)
{
	const unit::Folder folder;

	folder.write("etc/os-release", "ID=debian\nNAME=\"De\\\"b\\\\ian\"\nVERSION='1 \"2\"'\n"
				       "#VARIANT=no\nHOME_URL=x\n");
	const agent::Json reply = unit::expect_ok(call(folder, agent::osinfo));
	assert_string_equal(reply.value("id", "").c_str(), "debian");
	assert_string_equal(reply.value("name", "").c_str(), "De\"b\\ian");
	assert_string_equal(reply.value("version", "").c_str(), "1 \"2\"");
	assert_false(reply.contains("variant"));
	assert_true(reply.contains("kernel-release"));
}

static void load_is_three_numbers(void **)
{
	const unit::Folder folder;

	folder.write("proc/loadavg", "0.5 1.25 2 1/100 4242\n");
	assert_reply(folder, agent::load, R"({"load15m": 2, "load1m": 0.5, "load5m": 1.25})");
	folder.write("proc/loadavg", "none\n");
	assert_false(call(folder, agent::load).ok());
}

static std::string utmp_record(const char *user, short type, int seconds)
{
	utmp record = {};

	record.ut_type = type;
	record.ut_tv.tv_sec = seconds;
	memcpy(record.ut_user, user, std::min(strlen(user), sizeof(record.ut_user)));
	return {reinterpret_cast<const char *>(&record), sizeof(record)};
}

static void a_user_is_there_once(void **)
{
	const unit::Folder folder;
	const std::string longest(sizeof(utmp::ut_user), 'u'); // no NUL behind it

	assert_reply(folder, agent::users, "[]");
	folder.write("var/run/utmp", utmp_record("reboot", BOOT_TIME, 1) +
					     utmp_record("ann", USER_PROCESS, 30) +
					     utmp_record("ann", USER_PROCESS, 20) +
					     utmp_record(longest.c_str(), USER_PROCESS, 40) + "x");
	assert_reply(folder, agent::users,
		     (R"([{"login-time": 20, "user": "ann"}, {"login-time": 40, "user": ")" +
		      longest + R"("}])")
			     .c_str());
}

static void disks_have_partitions_and_addresses(void **)
{
	const unit::Folder folder;
	const std::string disk = "sys/devices/pci0000:00/0000:00:02.0/virtio0/block/vda";

	folder.write(disk + "/size", "2048\n");
	folder.write(disk + "/serial", "S1\n");
	folder.write(disk + "/vda1/partition", "1\n");
	folder.write("sys/devices/virtual/block/dm-0/size", "2048\n");
	folder.write("sys/devices/virtual/block/dm-0/dm/name", "crypt\n");
	folder.write("sys/devices/virtual/block/dm-0/slaves/vda1/size", "1\n");
	folder.write("sys/devices/virtual/block/loop0/size", "0\n");
	for (const char *name : {"dm-0", "loop0"}) {
		folder.link(std::string("sys/block/") + name,
			    std::string("../devices/virtual/block/") + name);
		folder.link(std::string("sys/class/block/") + name,
			    std::string("../../devices/virtual/block/") + name);
	}
	folder.link("sys/block/vda", "../../" + disk);
	folder.link("sys/class/block/vda", "../../../" + disk);
	folder.link("sys/class/block/vda1", "../../../" + disk + "/vda1");
	assert_reply(folder, agent::disks,
		     R"([{"alias": "crypt", "dependencies": ["/dev/vda1"], "name": "/dev/dm-0", )"
		     R"("partition": false}, {"address": {"bus": 0, "bus-type": "virtio", )"
		     R"("dev": "/dev/vda", "pci-controller": {"bus": 0, "domain": 0, )"
		     R"("function": 0, "slot": 2}, "serial": "S1", "target": 0, "unit": 0}, )"
		     R"("dependencies": [], "name": "/dev/vda", "partition": false}, )"
		     R"({"dependencies": ["/dev/vda"], "name": "/dev/vda1", "partition": true}])");
}

static void a_guest_that_can_not_sleep_says_so(void **)
{
	const unit::Folder folder;

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere", 1); // not this machine's logind
	folder.write("sys/power/state", "freeze\n");
	const auto result = call(folder, agent::suspend_ram);
	assert_string_equal(result.error().message().c_str(), "this guest can't suspend to memory");
	folder.write("sys/power/state", "freeze mem disk\n");
	folder.write("sys/power/disk", "[platform] shutdown\n");
	assert_false(call(folder, agent::suspend_hybrid).ok());
	unit::expect_ok(call(folder, agent::suspend_ram));
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(counters_of_cpus_are_milliseconds),
	cmocka_unit_test(counters_of_disks_are_as_many_as_there_are),
	cmocka_unit_test(the_first_cpu_has_no_switch),
	cmocka_unit_test(memory_has_blocks),
	cmocka_unit_test(os_release_is_read_as_a_shell_would),
	cmocka_unit_test(load_is_three_numbers),
	cmocka_unit_test(a_user_is_there_once),
	cmocka_unit_test(disks_have_partitions_and_addresses),
	cmocka_unit_test(a_guest_that_can_not_sleep_says_so),
};

UNIT_MAIN(kTests)
