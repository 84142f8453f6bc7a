// SPDX-License-Identifier: GPL-2.0-or-later

#include "json_text.hpp"

#include <fmt/format.h>

#include "json_string.hpp"

namespace agent {

namespace {

using Json = nlohmann::json;

void append(std::string &text, const Json &value);

void append_members(std::string &text, const Json &value)
{
	text += value.is_object() ? '{' : '[';
	for (auto member = value.begin(); member != value.end(); ++member) {
		if (member != value.begin())
			text += ", ";
		if (value.is_object())
			text += encode_string(member.key()) + ": ";
		append(text, *member);
	}
	text += value.is_object() ? '}' : ']';
}

// As deep as a value of the host is at most (json_stream.hpp).
void append(std::string &text, const Json &value)
{
	if (value.is_structured())
		append_members(text, value);
	else if (value.is_string())
		text += encode_string(value.get_ref<const std::string &>());
	else if (value.is_number_float())
		text += fmt::format("{:.17g}", value.get<double>());
	else
		text += value.dump();
}

} // namespace

std::string json_text(const Json &value)
{
	std::string text;

	append(text, value);
	return text;
}

} // namespace agent
