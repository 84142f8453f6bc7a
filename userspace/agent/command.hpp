// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a command is: a row of the table in commands.cpp, and a function. Its
// arguments have been checked against the row before it is called. It returns
// what the host gets as "return"; the text of an Error is what the host reads.

#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "result.hpp"

namespace agent {

using Json = nlohmann::json;

class Agent;

struct Parameter {
	enum class Type { Integer, String, StringList };
	enum class Need { Required, Optional };

	std::string_view name;
	Type type;
	Need need;
};

enum class Answer {
	Always,
	Delimited, // with a byte 0xff before it, by which a host finds its begin
	Failure,   // none when it is done: the guest may be gone by then
};

// While the guest is frozen most commands are not run: they might write.
enum class When {
	Thawed,
	Always,
	Freezing,	// like Thawed, and there must be a module to freeze with
	FreezingAlways, // like Always, and the same
};

struct Command {
	std::string_view name;
	std::span<const Parameter> parameters;
	Answer answer;
	When when;
	gatehouse::Result<Json> (*run)(Agent &agent, const Json &arguments);
};

// All of them, in the order in which guest-info has them.
std::span<const Command> commands();

// Checks arguments against what a command takes.
gatehouse::Result<void> check_arguments(const Command &command, const Json &arguments);

} // namespace agent
