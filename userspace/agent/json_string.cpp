// SPDX-License-Identifier: GPL-2.0-or-later

#include "json_string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace agent {

using namespace gatehouse;

namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr char32_t kNone = 0xffffffff; // no character
constexpr std::string_view kEscaped = "\"'\\/bfnrt", kMeaning = "\"'\\/\b\f\n\r\t";

bool is_surrogate(char32_t code)
{
	return code >= 0xd800 && code < 0xe000;
}

bool is_character(char32_t code)
{
	return code <= 0x10ffff && !is_surrogate(code) && (code & 0xfffe) != 0xfffe &&
	       !(code >= 0xfdd0 && code < 0xfdf0);
}

void append_utf8(std::string &text, char32_t code)
{
	if (code < 0x80) {
		text += static_cast<char>(code);
		return;
	}
	const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	constexpr unsigned char kLead[] = {0, 0xc0, 0xe0, 0xf0};
	text += static_cast<char>(kLead[more] | code >> 6 * more);
	for (int i = more - 1; i >= 0; i--)
		text += static_cast<char>(0x80 | (code >> 6 * i & 0x3f));
}

// Takes one character off the text: the shortest form of a valid one, or
// nothing, and then one byte is gone.
std::optional<char32_t> take_utf8(std::string_view &text)
{
	const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
	const unsigned char lead = byte(0);
	constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
	size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	char32_t code = more ? lead & 0x3f >> more : lead;
	bool valid = lead < 0x80 || (lead >= 0xc0 && lead < 0xf8);

	for (size_t i = 1; valid && i <= more; i++) {
		valid = i < text.size() && (byte(i) & 0xc0) == 0x80;
		if (valid)
			code = code << 6 | (byte(i) & 0x3f);
	}
	valid = valid && code >= kLeast[more] && is_character(code);
	text.remove_prefix(valid ? more + 1 : 1);
	return valid ? std::optional(code) : std::nullopt;
}

// The four hexadecimal digits of \uXXXX, where the text has that.
std::optional<char32_t> take_unit(std::string_view &text)
{
	uint32_t unit = 0;

	if (!text.starts_with("\\u") || text.size() < 6)
		return {};
	const char *end = text.data() + 6;
	if (std::from_chars(text.data() + 2, end, unit, 16).ptr != end)
		return {};
	text.remove_prefix(6);
	return unit;
}

// A character by \uXXXX, or by two of them.
Result<char32_t> take_unicode(std::string_view &text)
{
	const std::string_view start = text;
	const auto unit = take_unit(text);
	char32_t code = unit.value_or(kNone);

	if (!unit)
		text.remove_prefix(std::min<size_t>(text.size(), 6));
	if (code >= 0xd800 && code < 0xdc00) {
		std::string_view rest = text;
		const auto low = take_unit(rest);
		if (low && *low >= 0xdc00 && *low < 0xe000) {
			code = 0x10000 + ((code & 0x3ff) << 10) + (*low & 0x3ff);
			text = rest;
		}
	}
	if (!is_character(code))
		return Error{0, fmt::format("{} is not a valid Unicode character",
					    start.substr(0, start.size() - text.size()))};
	return code;
}

void append_escaped(std::string &text, char32_t code)
{
	if (code >= 0x10000) {
		code -= 0x10000;
		text += fmt::format("\\u{:04X}\\u{:04X}", 0xd800 + (code >> 10),
				    0xdc00 + (code & 0x3ff));
	} else if (code >= 0x20 && code < 0x7f) {
		text += static_cast<char>(code);
	} else {
		text += fmt::format("\\u{:04X}", static_cast<uint32_t>(code));
	}
}

} // namespace

Result<std::string> decode_string(std::string_view token)
{
	std::string_view rest = token.substr(1);
	std::string text;

	while (rest.size() > 1) { // the quote at the end
		if (rest.front() != '\\') {
			const auto code = take_utf8(rest);
			if (!code)
				return Error{0, "invalid UTF-8 sequence in string"};
			append_utf8(text, *code);
		} else if (rest[1] == 'u') {
			append_utf8(text, TRY(take_unicode(rest)));
		} else {
			const size_t which = kEscaped.find(rest[1]);
			if (which == kEscaped.npos)
				return Error{0, "invalid escape sequence in string"};
			text += kMeaning[which];
			rest.remove_prefix(2);
		}
	}
	return text;
}

std::string encode_string(std::string_view text)
{
	std::string quoted = "\"";

	while (!text.empty()) {
		const char c = text.front();
		const size_t which = c == '/' || c == '\'' ? kMeaning.npos : kMeaning.find(c);

		if (which == kMeaning.npos) {
			append_escaped(quoted, take_utf8(text).value_or(kReplacement));
			continue;
		}
		quoted += '\\';
		quoted += kEscaped[which];
		text.remove_prefix(1);
	}
	return quoted + '"';
}

} // namespace agent
