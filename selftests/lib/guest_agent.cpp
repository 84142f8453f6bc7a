// SPDX-License-Identifier: GPL-2.0-or-later

#include "guest_agent.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test::guest_agent {

namespace {

std::string environment(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

std::string find_program(Program program)
{
	const std::string path = program == Program::Ours
					 ? environment("GATEHOUSE_BIN") + "/gatehouse-agent"
					 : environment("GATEHOUSE_CACHE") +
						   "/tools/qemu-guest-agent/usr/sbin/qemu-ga";

	if (access(path.c_str(), X_OK) != 0)
		fail(path + " is missing: run make tools, scripts/setup");
	return path;
}

// The reply to a request, which must have this member.
host::json exchange(std::string_view command, const host::json &arguments, const char *member)
{
	const std::string line = host::exchange(kAgentPort, request(command, arguments));
	const host::json reply = host::json::parse(line, nullptr, false);

	if (!reply.is_object() || !reply.contains(member))
		fail(fmt::format("{} got {}", command, line));
	return reply[member];
}

// What the host has got until now, at least a byte.
std::string take()
{
	const size_t there = host::received(kAgentPort);

	return host::recv(kAgentPort, std::clamp<size_t>(there, 1, 32 << 10));
}

} // namespace

pid_t start(Program program, const std::string &node, const std::vector<std::string> &more)
{
	std::vector<std::string> words = {
		find_program(program), "-m", "virtio-serial", "-p", node, "-t", "/run"};
	std::vector<char *> argv;

	if (program == Program::Ours) {
		words.emplace_back("-v");
		if (std::ranges::find(more, "-l") == more.end())
			words.insert(words.end(), {"-l", "log"});
	}
	words.insert(words.end(), more.begin(), more.end());
	for (std::string &word : words)
		argv.push_back(word.data());
	argv.push_back(nullptr);
	const pid_t child = static_cast<pid_t>(ASSERT_CALL(fork()));
	if (child == 0) {
		execv(argv[0], argv.data());
		_exit(127);
	}
	on_exit([=] {
		kill(child, SIGKILL);
		waitpid(child, nullptr, 0);
	});
	return child;
}

pid_t start_connected(Program program, const std::vector<std::string> &more)
{
	host::connect(kAgentPort);
	return start(program, "/dev/" + find_port(kAgentPort).id, more);
}

std::string request(std::string_view command, const host::json &arguments)
{
	host::json request = {{"execute", command}};

	if (!arguments.empty())
		request["arguments"] = arguments;
	return request.dump();
}

host::json ask(std::string_view command, const host::json &arguments)
{
	return exchange(command, arguments, "return");
}

std::string ask_in_vain(std::string_view command, const host::json &arguments)
{
	const host::json error = exchange(command, arguments, "error");

	return error.value("class", "") + ": " + error.value("desc", "");
}

void synchronise(int id)
{
	std::string text;

	host::send(kAgentPort, "\xff" + request("guest-sync-delimited", {{"id", id}}) + "\n");
	host::skip(kAgentPort, 0xff);
	while (!text.ends_with('\n'))
		text += take();
	EXPECT_EQ(text, fmt::format("{{\"return\": {}}}\n", id));
}

} // namespace gatehouse::test::guest_agent
