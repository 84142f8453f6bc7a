// SPDX-License-Identifier: GPL-2.0-or-later

#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"

namespace agent {

using namespace gatehouse;

namespace {

Error type_error(std::string_view name, std::string_view type)
{
	return Error{0, fmt::format("Invalid parameter type for '{}', expected: {}", name, type)};
}

bool is_int64(const Json &value)
{
	return value.is_number_integer() &&
	       (!value.is_number_unsigned() || value.get<uint64_t>() <= INT64_MAX);
}

Result<void> check_list(std::string_view name, const Json &list)
{
	size_t number = 0;

	if (!list.is_array())
		return type_error(name, "array");
	for (const Json &entry : list) {
		if (!entry.is_string())
			return type_error(fmt::format("{}[{}]", name, number), "string");
		number++;
	}
	return {};
}

Result<void> check_argument(const Parameter &parameter, const Json &value)
{
	if (parameter.type == Parameter::Type::StringList)
		return check_list(parameter.name, value);
	if (parameter.type == Parameter::Type::Integer && !is_int64(value))
		return type_error(parameter.name, "integer");
	if (parameter.type == Parameter::Type::String && !value.is_string())
		return type_error(parameter.name, "string");
	return {};
}

} // namespace

Result<void> check_arguments(const Command &command, const Json &arguments)
{
	for (const Parameter &parameter : command.parameters) {
		const auto found = arguments.find(parameter.name);
		if (found != arguments.end())
			TRY(check_argument(parameter, *found));
		else if (parameter.need == Parameter::Need::Required)
			return Error{0, fmt::format("Parameter '{}' is missing", parameter.name)};
	}
	for (const auto &argument : arguments.items()) {
		const auto takes = [&](const Parameter &p) { return p.name == argument.key(); };
		if (std::ranges::none_of(command.parameters, takes))
			return Error{0,
				     fmt::format("Parameter '{}' is unexpected", argument.key())};
	}
	return {};
}

} // namespace agent
