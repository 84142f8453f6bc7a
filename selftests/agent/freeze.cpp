// SPDX-License-Identifier: GPL-2.0-or-later
//
// A host freezes the guest through an agent, and nothing that happens to ours
// leaves it frozen.

#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "file.hpp"
#include "filesystem.hpp"
#include "freeze.hpp"
#include "freeze_fdinfo.hpp"
#include "guest_agent.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

using namespace guest_agent;
using host::json;

namespace {

// The module's deadline, for agents that start after this.
void limit_freezes(const std::string &ms)
{
	const std::string path = "/sys/module/freezefd/parameters/timeout_default_ms";
	const std::string before = ASSERT_OK(read_file(path));

	ASSERT_OK(write_file(path, ms));
	on_exit([=] { (void)write_file(path, before); });
}

// Till the deadline of the one freeze, in ms; 0: there is none.
uint32_t time_left()
{
	const auto freezers = find_freezers("");

	return freezers.empty() ? 0 : freezers.begin()->second.front().remaining_ms;
}

// A write that sleeps until the thaw.
class Writer
{
public:
	explicit Writer(const Filesystem &filesystem) : file_(filesystem.create("file")) {}

	void start()
	{
		worker_.emplace([this] { return write(file_.get(), "text", 4); });
		worker_->wait_asleep(SYS_write);
	}

	void expect_end() { EXPECT_EQ(worker_->result(), 4); }

private:
	UniqueFd file_;
	std::optional<Worker> worker_; // ends before its file
};

std::string status()
{
	return ask("guest-fsfreeze-status").dump();
}

std::string freeze()
{
	return ask("guest-fsfreeze-freeze").dump();
}

std::string thaw()
{
	return ask("guest-fsfreeze-thaw").dump();
}

json list(const std::vector<std::string> &paths)
{
	return {{"mountpoints", paths}};
}

std::string disabled(const std::string &command)
{
	return fmt::format("CommandNotFound: Command {} has been disabled: the agent is in frozen "
			   "state",
			   command);
}

struct Agent {
	const char *name;
	Program program;
};
constexpr Agent kAgents[] = {{"ours", Program::Ours}, {"qemu_ga", Program::QemuGa}};

} // namespace

// With QEMU's agent too, so that what is said of it stays true.
TEST_EACH(the_recorded_freeze, kAgents, .topology = "freeze", .deadline = 120)
{
	const Filesystem one, two;
	Writer writer(one);

	start_connected(variant.program);
	EXPECT_EQ(status(), "\"thawed\"");
	EXPECT_EQ(thaw(), "0");
	EXPECT_EQ(freeze(), "2");
	EXPECT_EQ(status(), "\"frozen\"");
	writer.start();
	for (const std::string command :
	     {"guest-fsfreeze-freeze", "guest-fsfreeze-freeze-list", "guest-get-osinfo",
	      "guest-shutdown", "guest-suspend-ram", "guest-set-time"})
		EXPECT_EQ(ask_in_vain(command), disabled(command));
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	synchronise(1);
	for (const json &command : ask("guest-info")["supported_commands"]) {
		const bool enabled = command["enabled"];
		const std::string name = command["name"];
		if (name == "guest-fsfreeze-thaw" || name == "guest-ping")
			EXPECT_TRUE(enabled);
		if (name == "guest-fsfreeze-freeze" || name == "guest-shutdown")
			EXPECT_TRUE(!enabled);
	}
	EXPECT_EQ(thaw(), "2");
	writer.expect_end();
	EXPECT_EQ(thaw(), "0");
	EXPECT_TRUE(ask("guest-get-osinfo").is_object());
	EXPECT_EQ(ask("guest-fsfreeze-freeze-list", list({one.path()})).dump(), "1");
	EXPECT_TRUE(one.is_frozen() && !two.is_frozen());
	EXPECT_EQ(thaw(), "1");
	EXPECT_EQ(ask("guest-fsfreeze-freeze-list", list({"/nonexistent"})).dump(), "0");
	EXPECT_EQ(status(), "\"thawed\"");
}

TEST(a_filesystem_counts_once, .topology = "freeze", .deadline = 60)
{
	const Filesystem one, two;

	mkdir("bound", 0755);
	ASSERT_CALL(mount(one.path().c_str(), "bound", nullptr, MS_BIND, nullptr));
	on_exit([] { umount2("bound", MNT_DETACH); });
	start_connected(Program::Ours);
	EXPECT_EQ(freeze(), "2");
	EXPECT_EQ(thaw(), "2");
	const json both = list({one.path(), ASSERT_OK(sys::realpath("bound"))});
	EXPECT_EQ(ask("guest-fsfreeze-freeze-list", both).dump(), "1");
	EXPECT_EQ(thaw(), "1");
}

TEST(what_has_no_freeze_is_left_out, .topology = "freeze", .deadline = 60)
{
	const Filesystem one;

	mkdir("plain", 0755);
	if (system("modprobe minix") != 0)
		skip("this kernel has no filesystem without a freeze");
	command("truncate -s 1M image && mkfs.minix image && mount -o loop image plain");
	on_exit([] { umount2("plain", MNT_DETACH); });
	start_connected(Program::Ours);
	EXPECT_EQ(freeze(), "1");
	EXPECT_EQ(thaw(), "1");
}

// QEMU's agent can freeze them in an order that no thaw undoes.
TEST(a_stack_is_frozen_from_its_top, .topology = "freeze", .deadline = 60)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());

	start_connected(Program::Ours);
	for (int i = 0; i < 3; i++) {
		upper.make_dirty();
		EXPECT_EQ(freeze(), "2");
		EXPECT_TRUE(lower.is_frozen() && upper.is_frozen());
		EXPECT_EQ(thaw(), "2");
		EXPECT_TRUE(!lower.is_frozen() && !upper.is_frozen());
	}
}

// F1
TEST(a_killed_agent_leaves_nothing_frozen, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;
	Writer writer(filesystem);
	const pid_t pid = start_connected(Program::Ours);

	EXPECT_EQ(freeze(), "1");
	writer.start();
	kill(pid, SIGKILL);
	writer.expect_end();
	EXPECT_TRUE(!filesystem.is_frozen());
}

TEST(sigterm_thaws, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;
	Writer writer(filesystem);
	const pid_t pid = start_connected(Program::Ours);
	int end = 0;

	EXPECT_EQ(freeze(), "1");
	writer.start();
	kill(pid, SIGTERM);
	writer.expect_end();
	ASSERT_EVENTUALLY(waitpid(pid, &end, WNOHANG) == pid);
	EXPECT_EQ(end, 0);
}

// F22
TEST(the_next_agent_begins_thawed, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;
	const pid_t pid = start_connected(Program::Ours);

	EXPECT_EQ(freeze(), "1");
	kill(pid, SIGKILL);
	ASSERT_CALL(waitpid(pid, nullptr, 0));
	start_connected(Program::Ours);
	EXPECT_EQ(status(), "\"thawed\"");
	EXPECT_EQ(thaw(), "0");
	EXPECT_EQ(freeze(), "1");
	EXPECT_EQ(thaw(), "1");
}

// F7, F16
TEST(a_stopped_agent_loses_its_freeze, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;
	Writer writer(filesystem);

	limit_freezes("3000");
	const pid_t pid = start_connected(Program::Ours);
	EXPECT_EQ(freeze(), "1");
	kill(pid, SIGSTOP);
	writer.start();
	writer.expect_end();
	kill(pid, SIGCONT);
	EXPECT_EQ(status(), "\"thawed\"");
	EXPECT_EQ(ask_in_vain("guest-fsfreeze-thaw"),
		  "GenericError: fsfreeze was limited to 3 seconds and has expired");
	EXPECT_EQ(thaw(), "0");
	EXPECT_EQ(freeze(), "1");
	EXPECT_EQ(thaw(), "1");
}

// Three beats take as long as the deadline.
TEST(a_living_agent_keeps_its_freeze, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;

	limit_freezes("3000");
	start_connected(Program::Ours);
	EXPECT_EQ(freeze(), "1");
	uint32_t left = time_left();
	const auto was_extended = [&] {
		const uint32_t before = std::exchange(left, time_left());
		return left > before;
	};
	for (int beat = 0; beat < 4; beat++)
		ASSERT_EVENTUALLY(was_extended());
	EXPECT_EQ(status(), "\"frozen\"");
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(thaw(), "1");
}

TEST(thaw_all_is_told_to_the_host, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;

	start_connected(Program::Ours);
	EXPECT_EQ(freeze(), "1");
	thaw_all();
	EXPECT_EQ(status(), "\"thawed\"");
	EXPECT_EQ(ask_in_vain("guest-fsfreeze-thaw"),
		  "GenericError: fsfreeze was lost: all freezes were ended, by thaw-all or for a "
		  "reboot");
	EXPECT_EQ(thaw(), "0");
}

// Its log lies on what it freezes.
TEST(a_log_waits_for_the_thaw, .topology = "freeze", .deadline = 60)
{
	const Filesystem filesystem;
	const std::string log = filesystem.path("log");

	start_connected(Program::Ours, {"-l", log});
	EXPECT_EQ(freeze(), "1");
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	EXPECT_EQ(thaw(), "1");
	EXPECT_TRUE(ASSERT_OK(read_file(log)).find("guest-ping") != std::string::npos);
}

// The lower one is frozen by somebody else, so the upper one's freeze writes to it
// and sleeps. F13: the agent goes on, and all is thawed.
TEST(a_freeze_that_hangs_ends, .topology = "freeze", .deadline = 120)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());

	limit_freezes("3000");
	start_connected(Program::Ours);
	upper.make_dirty();
	EXPECT_EQ(lower.fifreeze(), 0);
	EXPECT_EQ(ask_in_vain("guest-fsfreeze-freeze-list", list({upper.path()})),
		  "GenericError: fsfreeze was limited to 3 seconds and has expired");
	EXPECT_EQ(status(), "\"thawed\"");
	EXPECT_EQ(lower.fithaw(), 0);
	ASSERT_EVENTUALLY(!upper.is_frozen());
}

TEST(a_freeze_that_hangs_delays_no_end, .topology = "freeze", .deadline = 60)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());
	const UniqueFd root = upper.open_root();
	const pid_t pid = start_connected(Program::Ours);
	int end = 0;

	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	upper.make_dirty();
	EXPECT_EQ(lower.fifreeze(), 0);
	host::send(kAgentPort, request("guest-fsfreeze-freeze-list", list({upper.path()})) + "\n");
	ASSERT_EVENTUALLY(query(root.get()).state == FS_FREEZE_FREEZING);
	kill(pid, SIGTERM);
	ASSERT_EVENTUALLY(waitpid(pid, &end, WNOHANG) == pid);
	EXPECT_EQ(end, 0);
	EXPECT_EQ(lower.fithaw(), 0);
	ASSERT_EVENTUALLY(!upper.is_frozen());
}

TEST(without_the_module_nothing_can_be_frozen, .topology = "basic")
{
	start_connected(Program::Ours);
	EXPECT_EQ(ask_in_vain("guest-fsfreeze-freeze"),
		  "CommandNotFound: Command guest-fsfreeze-freeze has been disabled");
}

} // namespace gatehouse::test
