// SPDX-License-Identifier: GPL-2.0-or-later

#include "agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "json_text.hpp"
#include "request.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr std::string_view kGeneric = "GenericError", kNotFound = "CommandNotFound";
constexpr char kDelimiter = '\xff';

// The member "id" of a request comes back as it is.
const Json *find_id(const Json &value)
{
	const auto found = value.is_object() ? value.find("id") : value.end();

	return found == value.end() ? nullptr : &*found;
}

std::string failure(const Json *id, std::string_view kind, std::string_view why)
{
	const Json error = {{"class", kind}, {"desc", why}};
	const std::string before = id ? fmt::format("\"id\": {}, ", json_text(*id)) : "";

	return fmt::format("{{{}\"error\": {}}}\n", before, json_text(error));
}

std::string success(const Json *id, const Command &command, const Json &value)
{
	std::string line;

	if (command.answer == Answer::Failure)
		return "";
	if (command.answer == Answer::Delimited)
		line = kDelimiter;
	line += fmt::format("{{\"return\": {}", json_text(value));
	if (id)
		line += fmt::format(", \"id\": {}", json_text(*id));
	return line + "}\n";
}

const Command *find_command(std::string_view name)
{
	const auto all = commands();
	const auto found = std::ranges::find(all, name, &Command::name);

	return found == all.end() ? nullptr : &*found;
}

} // namespace

std::string Agent::refuse(std::string_view why)
{
	return failure(nullptr, kGeneric, why);
}

std::string Agent::why_disabled(const Command &command)
{
	const bool freezes = command.when == When::Freezing || command.when == When::FreezingAlways;
	const bool always = command.when == When::Always || command.when == When::FreezingAlways;

	if (!options_.allows(command.name) || (freezes && !freezer_.is_possible()))
		return fmt::format("Command {} has been disabled", command.name);
	if (!always && freezer_.is_frozen())
		return fmt::format("Command {} has been disabled: the agent is in frozen state",
				   command.name);
	return "";
}

std::string Agent::answer(const Json &value)
{
	const Json *id = find_id(value);
	const auto request = parse_request(value);

	if (!request.ok())
		return failure(id, kGeneric, request.error().message());
	const std::string &name = request.value().command;
	const Json &arguments = request.value().arguments;
	const Command *command = find_command(name);
	if (!command)
		return failure(id, kNotFound,
			       fmt::format("The command {} has not been found", name));
	if (const std::string why = why_disabled(*command); !why.empty())
		return failure(id, kNotFound, why);
	if (const auto checked = check_arguments(*command, arguments); !checked.ok())
		return failure(id, kGeneric, checked.error().message());

	log_.debug(name);
	const auto result = command->run(*this, arguments);
	if (!result.ok()) {
		log_.debug(fmt::format("{}: {}", name, result.error().message()));
		return failure(id, kGeneric, result.error().message());
	}
	return success(id, *command, result.value());
}

} // namespace agent
