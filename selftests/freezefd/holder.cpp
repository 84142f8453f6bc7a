// SPDX-License-Identifier: GPL-2.0-or-later
//
// The holder of a freeze goes, or stops, in every way that left a stock guest
// frozen for good.

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kShort = 1000; // ms; a deadline that is waited for

// Sleeps until a signal ends the process.
[[noreturn]] void sleep_for_ever()
{
	while (true)
		pause();
}

// One that is not the first.
bool has_thread_in_write(pid_t process)
{
	const auto threads = sys::list_directory(fmt::format("/proc/{}/task", process));

	return threads.ok() && std::ranges::any_of(threads.value(), [&](const std::string &name) {
		       const pid_t thread = atoi(name.c_str());
		       return thread != process && asleep_in(thread, SYS_write);
	       });
}

} // namespace

// F1
TEST(a_killed_holder_leaves_nothing_frozen)
{
	const Filesystem filesystem;
	UniqueFd file = filesystem.create("file");
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem, {});
		ready();
		sleep_for_ever();
		return 0;
	});
	EXPECT_TRUE(filesystem.is_frozen());
	Worker writer([&] { return write(file.get(), "text", 4); });
	writer.wait_asleep(SYS_write);
	holder.signal(SIGKILL);
	EXPECT_EQ(writer.result(), 4);
	EXPECT_EQ(holder.wait(), SIGKILL);
	EXPECT_TRUE(!filesystem.is_frozen());
	file.reset();
	ASSERT_EVENTUALLY(filesystem.unmount() == 0);
}

TEST(an_exit_leaves_nothing_frozen)
{
	const Filesystem filesystem;
	Child holder([&](const std::function<void()> &ready) {
		static const Freeze freeze(filesystem, {});
		ready();
		return 0;
	});
	holder.wait();
	ASSERT_EVENTUALLY(!filesystem.is_frozen());
}

// F2: it can't die before it is thawed.
TEST(a_holder_killed_in_its_own_write_is_thawed_by_the_deadline)
{
	const Filesystem filesystem;
	const UniqueFd file = filesystem.create("log");
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem, {.timeout_ms = kShort});
		ready();
		return write(file.get(), "text", 4) == 4 ? 0 : 1;
	});
	ASSERT_EVENTUALLY(asleep_in(holder.pid(), SYS_write));
	holder.signal(SIGKILL);
	EXPECT_EQ(holder.wait(), SIGKILL);
	EXPECT_TRUE(!filesystem.is_frozen());
}

// F3: the core is written by a task that holds what it writes to.
TEST(a_core_on_what_is_frozen_is_complete_after_the_deadline)
{
	const std::string pattern = "/proc/sys/kernel/core_pattern";
	if (access(pattern.c_str(), F_OK))
		skip("this kernel writes no cores");
	const Filesystem filesystem;
	command("echo " + filesystem.path("core") + " >" + pattern);
	on_exit([=] { command("echo core >" + pattern); });
	Child holder([&](const std::function<void()> &ready) {
		const rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
		setrlimit(RLIMIT_CORE, &all);
		const Freeze freeze(filesystem, {.timeout_ms = kShort});
		ready();
		abort();
		return 0;
	});
	const int status = holder.wait();
	EXPECT_TRUE(WIFSIGNALED(status) && WCOREDUMP(status));
	EXPECT_TRUE(!filesystem.is_frozen());
	struct stat core = {};
	EXPECT_EQ(stat(filesystem.path("core").c_str(), &core), 0);
	ASSERT_GT(core.st_size, 0);
}

// F4: the files of the process live as long as the thread that sleeps.
TEST(a_thread_that_sleeps_in_a_write_does_not_outlast_the_deadline)
{
	const Filesystem filesystem;
	const UniqueFd file = filesystem.create("log");
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem, {.timeout_ms = kShort});
		std::thread writer([&] { (void)!write(file.get(), "text", 4); });
		ready();
		sleep_for_ever();
		return 0;
	});
	ASSERT_EVENTUALLY(has_thread_in_write(holder.pid()));
	holder.signal(SIGKILL);
	EXPECT_EQ(holder.wait(), SIGKILL);
	EXPECT_TRUE(!filesystem.is_frozen());
}

// F5: the last close of such a file waits for the thaw, and comes before the
// last close of the freeze descriptor.
TEST(an_unlinked_file_of_a_killed_holder_delays_nothing)
{
	const Filesystem filesystem;
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem);
		UniqueFd low = filesystem.create("file");
		const UniqueFd file(fcntl(low.get(), F_DUPFD_CLOEXEC, freeze.fd() + 1));
		low.reset();
		(void)!write(file.get(), "text", 4);
		unlink(filesystem.path("file").c_str());
		if (freeze.freeze())
			return 1;
		ready();
		sleep_for_ever();
		return 0;
	});
	EXPECT_TRUE(filesystem.is_frozen());
	holder.signal(SIGKILL);
	EXPECT_EQ(holder.wait(), SIGKILL);
	EXPECT_TRUE(!filesystem.is_frozen());
}

// F6
TEST(a_child_that_inherits_the_descriptor_holds_until_the_deadline)
{
	const Filesystem filesystem;
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem, {.timeout_ms = 3 * kShort});
		if (fork() == 0)
			sleep_for_ever();
		ready();
		sleep_for_ever();
		return 0;
	});
	holder.signal(SIGKILL);
	holder.wait();
	EXPECT_TRUE(filesystem.is_frozen());
	ASSERT_EVENTUALLY(!filesystem.is_frozen());
}

// F6, too
TEST(an_owner_that_goes_leaves_nothing_frozen)
{
	const Filesystem filesystem;
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem,
				    {.flags = FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_OWNER});
		if (fork() == 0)
			sleep_for_ever();
		ready();
		sleep_for_ever();
		return 0;
	});
	EXPECT_TRUE(filesystem.is_frozen());
	holder.signal(SIGKILL);
	holder.wait();
	ASSERT_EVENTUALLY(!filesystem.is_frozen());
}

TEST(a_child_of_an_owner_that_closes_changes_nothing)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {.flags = FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_OWNER});
	Child heir([&](const std::function<void()> &ready) {
		close(freeze.fd());
		ready();
		return 0;
	});
	heir.wait();
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(freeze.thaw(), 0);
}

// F7
TEST(a_stopped_holder_is_thawed_by_the_deadline)
{
	const Filesystem filesystem;
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(filesystem, {.timeout_ms = kShort});
		ready();
		while (!freeze.extend())
			usleep(1000);
		return 0;
	});
	holder.signal(SIGSTOP);
	ASSERT_EVENTUALLY(!filesystem.is_frozen());
	holder.signal(SIGCONT);
	EXPECT_EQ(holder.wait(), 0);
}

// F14: the freeze waits for a write that waits for another's freeze.
TEST(who_waits_for_a_freeze_can_be_killed)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());
	upper.make_dirty();
	ASSERT_EQ(lower.fifreeze(), 0);
	Child holder([&](const std::function<void()> &ready) {
		const Freeze freeze(upper);
		ready();
		return freeze.freeze();
	});
	ASSERT_EVENTUALLY(asleep_in(holder.pid(), SYS_ioctl));
	holder.signal(SIGKILL);
	EXPECT_EQ(holder.wait(), SIGKILL);
	ASSERT_EQ(lower.fithaw(), 0);
	ASSERT_EVENTUALLY(query(upper.open_root().get()).state == FS_FREEZE_THAWED);
	ASSERT_EVENTUALLY(upper.unmount() == 0);
}

} // namespace gatehouse::test
