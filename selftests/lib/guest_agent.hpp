// SPDX-License-Identifier: GPL-2.0-or-later
//
// A guest agent at a named port, with the test as its host: ours, or Debian's
// qemu-ga as it is.

#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "host.hpp"

namespace gatehouse::test::guest_agent {

constexpr std::string_view kAgentPort = "org.qemu.guest_agent.0";

enum class Program { Ours, QemuGa };

// Runs until the case ends. Its log, if it is ours and more has no other, is
// ./log.
pid_t start(Program program, const std::string &node, const std::vector<std::string> &more = {});

// The same at its port, with a host.
pid_t start_connected(Program program, const std::vector<std::string> &more = {});

// The line of a request.
std::string request(std::string_view command, const host::json &arguments = host::json::object());

// What it returns; an error ends the case.
host::json ask(std::string_view command, const host::json &arguments = host::json::object());

// The error's class and text, "CommandNotFound: ..."; success ends the case.
std::string ask_in_vain(std::string_view command,
			const host::json &arguments = host::json::object());

// As libvirt begins with an agent whose last reply it may not have read: what
// comes before the byte 0xff is an old one's rest.
void synchronise(int id);

} // namespace gatehouse::test::guest_agent
