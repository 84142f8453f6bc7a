// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the commands of our agent do and answer, beside QEMU's agent where it has
// the same.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "file.hpp"
#include "guest_agent.hpp"
#include "port.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

using namespace guest_agent;
using host::json;

namespace {

// Lists have no order, counters go on, and qemu-ga knows no counters of an
// interface that is down.
json comparable_form(json value)
{
	if (value.is_object()) {
		value.erase("statistics");
		value.erase("used-bytes");
	}
	if (value.is_structured())
		for (json &member : value)
			member = comparable_form(std::move(member));
	if (value.is_array())
		std::sort(value.begin(), value.end());
	return value;
}

constexpr const char *kCompared[] = {
	"guest-get-osinfo",
	"guest-get-host-name",
	"guest-get-timezone",
	"guest-get-users",
	"guest-get-fsinfo",
	"guest-get-disks",
	"guest-get-vcpus",
	"guest-get-memory-blocks",
	"guest-get-memory-block-info",
	"guest-network-get-interfaces",
};

void run(const std::string &command)
{
	if (system(command.c_str()) != 0)
		fail(command);
}

// ext4 on a loop device at /run/test/mnt, until the case ends.
void mount_a_filesystem()
{
	mkdir("mnt", 0755);
	run("truncate -s 8M image && mkfs.ext4 -q image && mount -o loop image mnt");
	on_exit([] { umount2("mnt", MNT_DETACH); });
}

// A shutdown that only notes its words, in place of the machine's.
void put_shutdown(const std::string &line)
{
	rename("/sbin/shutdown", "/sbin/shutdown.real");
	on_exit([] {
		unlink("/sbin/shutdown");
		rename("/sbin/shutdown.real", "/sbin/shutdown");
	});
	const UniqueFd file = ASSERT_OK(sys::create("/sbin/shutdown", O_WRONLY | O_TRUNC, 0755));
	ASSERT_OK(write_all(file.get(), "#!/bin/sh\n" + line + "\n", "shutdown"));
}

// The clock is put back at the end, to what it would show then: the bench looks
// at it before and after a case.
void keep_the_time()
{
	timespec time = {}, start = {};

	clock_gettime(CLOCK_REALTIME, &time);
	clock_gettime(CLOCK_MONOTONIC, &start);
	on_exit([=] {
		timespec now = {}, end = {};
		clock_gettime(CLOCK_MONOTONIC, &end);
		const int64_t passed = (time.tv_sec + end.tv_sec - start.tv_sec) * 1'000'000'000 +
				       time.tv_nsec + end.tv_nsec - start.tv_nsec;
		now = {passed / 1'000'000'000, passed % 1'000'000'000};
		clock_settime(CLOCK_REALTIME, &now);
	});
}

int64_t seconds_of(const json &nanoseconds)
{
	return nanoseconds.get<int64_t>() / 1'000'000'000;
}

} // namespace

TEST(answers_as_qemu_ga_does, .topology = "basic", .deadline = 60)
{
	std::vector<json> ours;

	if (access("/sys/devices/system/memory", F_OK))
		skip("this kernel tells nothing of memory blocks");
	mount_a_filesystem();
	run("ip link set lo up");
	const pid_t pid = start_connected(Program::Ours);
	for (const char *command : kCompared)
		ours.push_back(comparable_form(ask(command)));
	kill(pid, SIGTERM);
	ASSERT_EVENTUALLY(kill(pid, 0) < 0 ||
			  read_file(fmt::format("/proc/{}/stat", pid)).value().find(") Z") !=
				  std::string::npos);
	start(Program::QemuGa, "/dev/" + find_port(kAgentPort).id);
	for (size_t i = 0; i < std::size(kCompared); i++)
		EXPECT_EQ(ours[i].dump(), comparable_form(ask(kCompared[i])).dump());
}

TEST(a_mounted_filesystem_is_told_with_its_space, .topology = "basic")
{
	mount_a_filesystem();
	start_connected(Program::Ours);
	const std::string mount = ASSERT_OK(sys::realpath("mnt"));
	for (const json &entry : ask("guest-get-fsinfo")) {
		if (entry.value("mountpoint", "") != mount)
			continue;
		EXPECT_EQ(entry.value("type", ""), "ext4");
		EXPECT_TRUE(entry.value("name", "").starts_with("loop"));
		EXPECT_TRUE(entry.value("total-bytes", 0) > 4 << 20);
		EXPECT_TRUE(entry.value("used-bytes", 0) < entry.value("total-bytes", 0));
		return;
	}
	fail("it is not there");
}

TEST(counters_grow, .topology = "basic")
{
	start_connected(Program::Ours);
	EXPECT_TRUE(ask("guest-get-load").contains("load15m"));
	EXPECT_EQ(ask("guest-get-cpustats").at(0).value("cpu", -1), 0);
	EXPECT_TRUE(ask("guest-get-cpustats").at(0).value("system", 0) > 0);
	EXPECT_TRUE(ask("guest-get-diskstats").is_array());
}

TEST(the_clock_is_set, .topology = "basic")
{
	constexpr int64_t k2001 = 1'000'000'000;

	if (access("/dev/rtc0", F_OK))
		skip("this kernel has no driver of the hardware clock");
	keep_the_time();
	start_connected(Program::Ours);
	EXPECT_TRUE(std::abs(seconds_of(ask("guest-get-time")) - time(nullptr)) < 5);

	// With a time, also the hardware clock; without one, by that.
	ask("guest-set-time", {{"time", k2001 * 1'000'000'000}});
	EXPECT_TRUE(time(nullptr) - k2001 < 60);
	const timespec later = {k2001 + 100'000, 0};
	ASSERT_CALL(clock_settime(CLOCK_REALTIME, &later));
	ask("guest-set-time");
	EXPECT_TRUE(time(nullptr) - k2001 < 60);
	EXPECT_EQ(ask_in_vain("guest-set-time", {{"time", -1}}),
		  "GenericError: Time -1 is before 1970");
}

struct Mode {
	const char *name;
	const char *option;
};
constexpr Mode kModes[] = {{"powerdown", "-P"}, {"halt", "-H"}, {"reboot", "-r"}};

TEST_EACH(shutdown_does_not_answer, kModes, .topology = "basic")
{
	put_shutdown("echo \"$1 $2\" >/run/test/words");
	start_connected(Program::Ours);
	host::send(kAgentPort, request("guest-shutdown", {{"mode", variant.name}}) + "\n");
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	EXPECT_EQ(ASSERT_OK(read_file("/run/test/words")), fmt::format("{} +0", variant.option));
}

TEST(a_shutdown_that_fails_is_told, .topology = "basic")
{
	put_shutdown("exit 1");
	start_connected(Program::Ours);
	EXPECT_EQ(ask_in_vain("guest-shutdown"),
		  "GenericError: /sbin/shutdown failed: status 0x100");
	unlink("/sbin/shutdown");
	EXPECT_EQ(ask_in_vain("guest-shutdown"),
		  "GenericError: run '/sbin/shutdown': No such file or directory");
}

TEST(without_logind_no_session_can_be_locked, .topology = "basic")
{
	start_connected(Program::Ours);
	EXPECT_EQ(ask_in_vain("guest-lock-sessions"),
		  "GenericError: no system bus: No such file or directory");
}

} // namespace gatehouse::test
