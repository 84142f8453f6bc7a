// SPDX-License-Identifier: GPL-2.0-or-later

#include "request.hpp"

#include <fmt/format.h>

namespace agent {

using namespace gatehouse;
using Json = nlohmann::json;

namespace {

Error member_error(std::string_view name, std::string_view what)
{
	return Error{0, fmt::format("QMP input member '{}' {}", name, what)};
}

} // namespace

Result<Request> parse_request(const Json &value)
{
	Request request;

	if (!value.is_object())
		return Error{0, "QMP input must be a JSON object"};
	for (const auto &member : value.items()) {
		const std::string &name = member.key();
		if (name == "execute" && !member.value().is_string())
			return member_error(name, "must be a string");
		if (name == "arguments" && !member.value().is_object())
			return member_error(name, "must be an object");
		if (name == "execute")
			request.command = member.value().get<std::string>();
		else if (name == "arguments")
			request.arguments = member.value();
		else if (name != "id")
			return member_error(name, "is unexpected");
	}
	if (!value.contains("execute"))
		return Error{0, "QMP input lacks member 'execute'"};
	return request;
}

} // namespace agent
