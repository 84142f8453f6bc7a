// SPDX-License-Identifier: GPL-2.0-or-later

#include "table.hpp"

#include <charconv>

#include "file.hpp"

namespace agent {

namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separators)
{
	std::vector<std::string_view> parts;

	for (size_t start = text.find_first_not_of(separators); start != text.npos;
	     start = text.find_first_not_of(separators)) {
		text.remove_prefix(start);
		parts.push_back(text.substr(0, text.find_first_of(separators)));
		text.remove_prefix(parts.back().size());
	}
	return parts;
}

} // namespace

std::vector<std::string_view> lines_of(std::string_view text)
{
	return split(text, "\n");
}

std::vector<std::string_view> words_of(std::string_view line)
{
	return split(line, " \t");
}

uint64_t number_of(std::string_view word)
{
	uint64_t value = 0;

	std::from_chars(word.data(), word.data() + word.size(), value);
	return value;
}

uint64_t number_in(const std::string &path)
{
	const auto text = gatehouse::read_file(path);

	return text.ok() ? number_of(text.value()) : 0;
}

int index_of(std::string_view name, std::string_view prefix)
{
	int index = -1;

	if (!name.starts_with(prefix))
		return -1;
	name.remove_prefix(prefix.size());
	const auto end = std::from_chars(name.data(), name.data() + name.size(), index);
	return end.ec == std::errc() && end.ptr == name.data() + name.size() ? index : -1;
}

} // namespace agent
