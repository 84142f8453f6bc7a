// SPDX-License-Identifier: GPL-2.0-or-later
//
// Our agent at its port: hosts that come and go, do not read or send garbage;
// the end of the agent and of the port; what it has given up.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "file.hpp"
#include "guest_agent.hpp"
#include "port.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

using namespace guest_agent;

namespace {

std::string status_of(pid_t pid, std::string_view key)
{
	const std::string text = ASSERT_OK(read_file(fmt::format("/proc/{}/status", pid)));

	return find_key(text, key).value_or("");
}

// Of the agent, in KiB.
long memory_of(pid_t pid)
{
	return atol(status_of(pid, "VmRSS").c_str());
}

// The exit status; waits for it.
int end_of(pid_t pid)
{
	int status = 0;

	ASSERT_EVENTUALLY(waitpid(pid, &status, WNOHANG) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// What its limits add up to, in KiB: a value of 1 MiB as text and as tokens.
constexpr long kMoreMemory = 8 << 10;

constexpr std::string_view kBoth = "basic,stock";

} // namespace

TEST(the_next_host_starts_afresh, .topology = kBoth)
{
	start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	for (int i = 0; i < 3; i++) {
		host::send(kAgentPort, "{\"execute\":\"guest-");
		host::settle();
		host::disconnect(kAgentPort);
		wait_host(kAgentPort, HostState::Away);
		host::connect(kAgentPort);
		EXPECT_EQ(ask("guest-ping").dump(), "{}");
	}
}

TEST(what_a_host_has_sent_before_the_agent_came_is_answered, .topology = kBoth)
{
	const Port port = find_port(kAgentPort);

	host::connect(kAgentPort);
	for (int i = 0; i < 14; i++)
		host::send(kAgentPort, request("guest-ping") + "\n");
	start(Program::Ours, "/dev/" + port.id);
	synchronise(1);
}

// Some megabytes of replies that nobody takes: it does not sleep in a write.
TEST(a_host_that_does_not_read_keeps_nobody_waiting, .topology = kBoth, .deadline = 60)
{
	const pid_t pid = start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	host::pause(kAgentPort);
	const long before = memory_of(pid);
	std::string many;
	for (int i = 0; i < 400; i++)
		many += request("guest-info") + "\n";
	host::send(kAgentPort, many);
	host::settle();
	EXPECT_TRUE(memory_of(pid) < before + kMoreMemory);
	kill(pid, SIGTERM);
	EXPECT_EQ(end_of(pid), 0);
}

TEST(a_host_may_leave_without_reading, .topology = kBoth, .deadline = 60)
{
	std::string many;

	for (int i = 0; i < 1000; i++)
		many += request("guest-info") + "\n";
	start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	for (int round = 0; round < 3; round++) {
		host::pause(kAgentPort);
		host::send(kAgentPort, many);
		host::disconnect(kAgentPort);
		wait_host(kAgentPort, HostState::Away);
		host::connect(kAgentPort);
		synchronise(round);
	}
}

// More than the driver keeps, so it must be read; and nobody reads the errors.
TEST(garbage_costs_no_memory_and_ends, .topology = "basic", .deadline = 120)
{
	const pid_t pid = start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	const long before = memory_of(pid);
	host::pause(kAgentPort);
	host::send_pattern(kAgentPort, 7, 4 << 20);
	host::resume(kAgentPort);
	synchronise(1);
	const long after = memory_of(pid);
	note(fmt::format("{} KiB before, {} KiB after", before, after));
	EXPECT_TRUE(after < before + kMoreMemory);
}

TEST(sigterm_ends_it, .topology = kBoth)
{
	const pid_t pid = start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	kill(pid, SIGTERM);
	EXPECT_EQ(end_of(pid), 0);
}

TEST(a_port_that_goes_ends_it, .topology = kBoth)
{
	const pid_t pid = start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	host::unplug(kAgentPort);
	EXPECT_EQ(end_of(pid), 1);
}

TEST(a_port_that_is_in_use_is_told, .topology = "basic")
{
	start_connected(Program::QemuGa);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	EXPECT_EQ(end_of(start(Program::Ours, "/dev/" + find_port(kAgentPort).id)), 1);
}

// Numbers of include/uapi/linux/capability.h: 2, 14, 21, 22, 25.
TEST(it_gives_up_what_it_does_not_need, .topology = "basic")
{
	const pid_t pid = start_connected(Program::Ours);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	const std::string folder = fmt::format("/proc/{}/", pid);

	for (const char *set : {"CapBnd", "CapPrm", "CapEff"})
		EXPECT_EQ(status_of(pid, set), "\t0000000002604004");
	EXPECT_EQ(status_of(pid, "CapInh"), "\t0000000000000000");
	EXPECT_EQ(status_of(pid, "NoNewPrivs"), "\t1");
	if (access("/proc/sys/kernel/seccomp", F_OK) == 0) // not the debug kernel
		EXPECT_EQ(status_of(pid, "Seccomp"), "\t2");
	EXPECT_NE(status_of(pid, "VmLck"), "\t       0 kB");
	EXPECT_EQ(ASSERT_OK(sys::readlink(folder + "cwd")), "/");
	EXPECT_TRUE(ASSERT_OK(read_file(folder + "limits")).find("Max core file size        0 ") !=
		    std::string::npos);
}

} // namespace gatehouse::test
