// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-shutdown: by the program shutdown, which every init brings. It is waited
// for as long as it takes to tell that it can't; what it does is the guest's end.

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <utility>

#include "handlers.hpp"
#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr const char *kProgram = "/sbin/shutdown";
constexpr int kDeadline = 5000; // milliseconds

constexpr std::pair<std::string_view, const char *> kModes[] = {
	{"powerdown", "-P"},
	{"halt", "-H"},
	{"reboot", "-r"},
};

const char *option_of(std::string_view wanted)
{
	for (const auto &[mode, option] : kModes)
		if (mode == wanted)
			return option;
	return nullptr;
}

} // namespace

Result<Json> shut_down(Agent &agent, const Json &arguments)
{
	const std::string mode = arguments.value("mode", "powerdown");
	const char *option = option_of(mode);
	int status = 0;

	if (!option)
		return Error{0, "mode is invalid (valid values are: halt|powerdown|reboot"};
	const std::array<std::string, 4> words = {kProgram, option, "+0", "The host asks for it."};
	agent.log().info(mode);
	const sys::Child child = TRY(sys::spawn(words));
	TRY(sys::poll(child.fd.get(), POLLIN, kDeadline, kProgram));
	if (waitpid(child.pid, &status, WNOHANG) == child.pid && status)
		return Error{0, fmt::format("{} failed: status {:#x}", kProgram, status)};
	return Json();
}

} // namespace agent
