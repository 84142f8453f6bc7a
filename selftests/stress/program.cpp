// SPDX-License-Identifier: GPL-2.0-or-later

#include "program.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/core.h>

namespace gatehouse::stress {

namespace {

// This is done for every program before it runs, so not by a format string.
void append_number(std::string &text, uint64_t number)
{
	char digits[24];
	const bool is_small = number < 1 << 20;
	const auto end = std::to_chars(digits, digits + sizeof(digits), number, is_small ? 10 : 16);
	text.append(is_small ? "" : "0x").append(digits, end.ptr);
}

std::optional<uint64_t> to_number(std::string_view word)
{
	const int base = word.starts_with("0x") ? 16 : 10;
	if (base == 16)
		word.remove_prefix(2);
	uint64_t number;
	const auto end = std::from_chars(word.data(), word.data() + word.size(), number, base);
	if (end.ec != std::errc() || end.ptr != word.data() + word.size())
		return {};
	return number;
}

std::string_view next_word(std::string_view &line)
{
	line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
	const std::string_view word = line.substr(0, line.find_first_of(" \t"));
	line.remove_prefix(word.size());
	return word;
}

std::optional<Call> parse_call(const Table &table, std::string_view line)
{
	Call call = {};
	const auto thread = to_number(next_word(line));
	const std::string_view name = next_word(line);
	const auto row = std::find_if(table.rows.begin(), table.rows.end(),
				      [&](const Row &one) { return one.name == name; });
	if (!thread || *thread >= kThreads || row == table.rows.end())
		return {};
	call.thread = *thread;
	call.row = row - table.rows.begin();
	for (size_t i = 0; i < row->arguments.size(); i++) {
		const std::string_view word = next_word(line);
		const size_t equals = word.find('=');
		if (equals == std::string_view::npos ||
		    word.substr(0, equals) != row->arguments[i].name)
			return {};
		const auto number = to_number(word.substr(equals + 1));
		if (!number)
			return {};
		call.arguments[i] = *number;
	}
	return next_word(line).empty() ? std::optional(call) : std::nullopt;
}

} // namespace

void append_text(std::string &text, const Table &table, const Program &program)
{
	for (const Call &call : program) {
		const Row &row = table.rows[call.row];
		text += static_cast<char>('0' + call.thread);
		text.append(" ").append(row.name);
		for (size_t i = 0; i < row.arguments.size(); i++) {
			text.append(" ").append(row.arguments[i].name).append("=");
			append_number(text, call.arguments[i]);
		}
		text += '\n';
	}
	text += '\n';
}

Result<std::vector<Program>> parse(const Table &table, std::string_view text)
{
	std::vector<Program> programs(1);
	for (int number = 1; !text.empty(); number++) {
		const std::string_view line = text.substr(0, text.find('\n'));
		text.remove_prefix(std::min(line.size() + 1, text.size()));
		if (line.starts_with('#'))
			continue;
		if (line.empty()) {
			if (!programs.back().empty())
				programs.emplace_back();
			continue;
		}
		const auto call = parse_call(table, line);
		if (!call)
			return Error{0, fmt::format("line {}: not a call of {}: {}", number,
						    table.name, line)};
		programs.back().push_back(*call);
	}
	if (programs.back().empty())
		programs.pop_back();
	return programs;
}

} // namespace gatehouse::stress
