// SPDX-License-Identifier: GPL-2.0-or-later
//
// The QEMU guest agent, Debian's program as it is, over our driver.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "host.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr std::string_view kAgentPort = "org.qemu.guest_agent.0";

// Runs the agent over the port until the case ends.
void start_agent(const std::string &node)
{
	const char *cache = getenv("GATEHOUSE_CACHE");
	const std::string program =
		fmt::format("{}/tools/qemu-guest-agent/usr/sbin/qemu-ga", cache ? cache : "");
	if (access(program.c_str(), X_OK) != 0)
		skip(program + " is missing: run scripts/setup");

	const pid_t child = ASSERT_CALL(fork());
	if (child == 0) {
		execl(program.c_str(), "qemu-ga", "-m", "virtio-serial", "-p", node.c_str(), "-t",
		      "/run", static_cast<char *>(nullptr));
		_exit(127);
	}
	on_exit([=] {
		kill(child, SIGKILL);
		waitpid(child, nullptr, 0);
	});
}

host::json ask(std::string_view command)
{
	const host::json request = {{"execute", command}};
	const std::string line = host::exchange(kAgentPort, request.dump());
	const host::json reply = host::json::parse(line, nullptr, false);
	if (!reply.is_object() || !reply.contains("return"))
		fail(fmt::format("{} got {}", command, line));
	return reply["return"];
}

struct Path {
	const char *name;
	bool by_name;
};
constexpr Path kPaths[] = {{"by_link", true}, {"by_node", false}};

} // namespace

TEST_EACH(qemu_ga_answers_ping_and_info, kPaths, .topology = "udev", .deadline = 60)
{
	const Port port = find_port(kAgentPort);
	const std::string link = "/dev/virtio-ports/" + port.name;
	ASSERT_EVENTUALLY(access(link.c_str(), F_OK) == 0);
	host::connect(kAgentPort);
	start_agent(variant.by_name ? link : "/dev/" + port.id);

	EXPECT_EQ(ask("guest-ping").dump(), "{}");
	const host::json info = ask("guest-info");
	note("qemu-ga " + info.value("version", "?"));
	EXPECT_TRUE(info.contains("supported_commands"));

	// The host's program comes back: the agent must be there for it.
	host::disconnect(kAgentPort);
	wait_host(kAgentPort, HostState::Away);
	host::connect(kAgentPort);
	EXPECT_EQ(ask("guest-ping").dump(), "{}");
}

} // namespace gatehouse::test
