// SPDX-License-Identifier: GPL-2.0-or-later
//
// The QEMU guest agent, Debian's program as it is, over our driver.

#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "file.hpp"
#include "guest_agent.hpp"
#include "host.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

using namespace guest_agent;

namespace {

// Does what the agent has to say wait in the driver?
bool is_full(const Port &port)
{
	return find_key(read_port_facts("", port.id), "outvq_full") == "1";
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
	start(Program::QemuGa, variant.by_name ? link : "/dev/" + port.id);

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

// Each reply belongs to its request: the numbers come back.
TEST(qemu_ga_answers_two_hundred_pings, .topology = "udev", .deadline = 60)
{
	start_connected(Program::QemuGa);
	for (int id = 0; id < 200; id++) {
		EXPECT_EQ(ask("guest-ping").dump(), "{}");
		EXPECT_EQ(ask("guest-sync", {{"id", id}}).dump(), std::to_string(id));
	}
}

// 48 KiB in base64 are more than one buffer.
TEST(qemu_ga_writes_and_reads_a_file, .topology = "udev", .deadline = 60)
{
	const std::string path = "/run/test/of_the_host";
	const std::string in_base64(64 << 10, 'Q'), decoded = [] {
		std::string text;
		for (int i = 0; i < 16 << 10; i++)
			text += "A\x04\x10";
		return text;
	}();
	start_connected(Program::QemuGa);

	host::json file = ask("guest-file-open", {{"path", path}, {"mode", "w"}});
	const host::json wrote =
		ask("guest-file-write", {{"handle", file}, {"buf-b64", in_base64}});
	EXPECT_EQ(wrote.value("count", 0), 48 << 10);
	ask("guest-file-close", {{"handle", file}});

	std::ifstream stream(path, std::ios::binary);
	const std::string content(std::istreambuf_iterator<char>(stream), {});
	EXPECT_TRUE(content == decoded);

	file = ask("guest-file-open", {{"path", path}, {"mode", "r"}});
	const host::json read = ask("guest-file-read", {{"handle", file}, {"count", 1 << 20}});
	EXPECT_EQ(read.value("count", 0), 48 << 10);
	EXPECT_TRUE(read.value("eof", false));
	EXPECT_TRUE(read.value("buf-b64", "") == in_base64);
	ask("guest-file-close", {{"handle", file}});
}

// The host leaves while the agent is in the midst of a reply that the port has
// not taken, and the next one finds the agent in step again.
TEST(qemu_ga_survives_a_host_that_leaves_in_mid_reply, .topology = "udev", .deadline = 60)
{
	const Port port = find_port(kAgentPort);
	if (mount("debugfs", "/sys/kernel/debug", "debugfs", 0, nullptr) && errno != EBUSY)
		fail("no debugfs");
	const std::string limit = port.syspath + "/tx_limit_kib";
	const std::string before = ASSERT_OK(read_file(limit));
	on_exit([=] { ASSERT_OK(write_file(limit, before)); });
	ASSERT_OK(write_file(limit, "128")); // a part of the reply
	start_connected(Program::QemuGa);
	const host::json file = ask("guest-file-open", {{"path", "/dev/zero"}, {"mode", "r"}});
	for (int round = 0; round < 2; round++) {
		host::pause(kAgentPort);
		host::send(kAgentPort,
			   request("guest-file-read", {{"handle", file}, {"count", 600000}}) +
				   "\n");
		// The agent sleeps in a write that nobody takes.
		ASSERT_EVENTUALLY(is_full(port));
		host::disconnect(kAgentPort);
		wait_host(kAgentPort, HostState::Away);
		host::connect(kAgentPort);
		synchronise(round);
		EXPECT_EQ(ask("guest-ping").dump(), "{}");
	}
}

} // namespace gatehouse::test
