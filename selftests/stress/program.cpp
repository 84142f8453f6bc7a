// SPDX-License-Identifier: GPL-2.0-or-later

#include "program.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include <fmt/core.h>

namespace gatehouse::stress {

namespace {

// "NAME=NUMBER", the number as C writes it.
std::optional<uint64_t> parse_argument(std::string_view name, const std::string &word)
{
	const std::string prefix = fmt::format("{}=", name);
	if (!word.starts_with(prefix) || word.size() == prefix.size())
		return {};
	char *end;
	const uint64_t number = strtoull(word.c_str() + prefix.size(), &end, 0);
	return *end ? std::nullopt : std::optional(number);
}

std::optional<Call> parse_call(const Table &table, const std::string &line)
{
	std::istringstream words(line);
	std::string word;
	Call call = {};
	words >> call.thread >> word;
	const auto row = std::ranges::find(table.rows, word, &Row::name);
	if (!words || call.thread >= kThreads || row == table.rows.end())
		return {};
	call.row = row - table.rows.begin();
	for (const Argument &argument : row->arguments) {
		words >> word;
		const auto number = parse_argument(argument.name, word);
		if (!words || !number)
			return {};
		call.arguments.push_back(*number);
	}
	return words >> word ? std::nullopt : std::optional(call);
}

} // namespace

std::string to_text(const Table &table, const std::vector<Program> &programs)
{
	std::string text;
	for (const Program &program : programs) {
		for (const Call &call : program) {
			const Row &row = table.rows[call.row];
			text += fmt::format("{} {}", call.thread, row.name);
			for (size_t i = 0; i < row.arguments.size(); i++) {
				// Small ones are lengths, large ones are bits.
				const uint64_t number = call.arguments[i];
				text += fmt::format(" {}=", row.arguments[i].name);
				text += number < 1 << 20 ? fmt::format("{}", number)
							 : fmt::format("{:#x}", number);
			}
			text += '\n';
		}
		text += '\n';
	}
	return text;
}

Result<std::vector<Program>> parse(const Table &table, const std::string &text)
{
	std::vector<Program> programs;
	Program program;
	std::istringstream lines(text + "\n\n");
	std::string line;
	for (int number = 1; std::getline(lines, line); number++) {
		if (line.starts_with('#'))
			continue;
		if (!line.empty()) {
			const auto call = parse_call(table, line);
			if (!call)
				return Error{0, fmt::format("line {} is no call of the table: {}",
							    number, line)};
			program.push_back(*call);
		} else if (!program.empty()) {
			programs.push_back(std::exchange(program, {}));
		}
	}
	return programs;
}

} // namespace gatehouse::stress
