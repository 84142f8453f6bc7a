// SPDX-License-Identifier: GPL-2.0-or-later

#include "mounts.hpp"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "file.hpp"

namespace gatehouse {

namespace {

bool is_octal(std::string_view digits)
{
	return digits.size() == 3 &&
	       std::ranges::all_of(digits, [](char c) { return c >= '0' && c < '8'; });
}

// The kernel writes blanks and backslashes as \040.
std::string unescape(std::string_view word)
{
	std::string text;

	for (size_t i = 0; i < word.size(); i++) {
		const std::string_view digits = word.substr(std::min(i + 1, word.size()), 3);
		if (word[i] != '\\' || !is_octal(digits)) {
			text += word[i];
			continue;
		}
		text += static_cast<char>((digits[0] - '0') << 6 | (digits[1] - '0') << 3 |
					  (digits[2] - '0'));
		i += 3;
	}
	return text;
}

std::vector<std::string_view> split(std::string_view line, char separator)
{
	std::vector<std::string_view> words;

	while (!line.empty()) {
		words.push_back(line.substr(0, line.find(separator)));
		line.remove_prefix(std::min(words.back().size() + 1, line.size()));
	}
	return words;
}

std::optional<dev_t> parse_device(std::string_view word)
{
	const size_t colon = word.find(':');
	unsigned int major = 0, minor = 0;

	if (colon == word.npos)
		return {};
	const char *end = word.data() + word.size();
	if (std::from_chars(word.data(), end, major).ptr != word.data() + colon ||
	    std::from_chars(word.data() + colon + 1, end, minor).ptr != end)
		return {};
	return makedev(major, minor);
}

// ID PARENT MAJOR:MINOR ROOT PATH OPTIONS [TAG...] - TYPE SOURCE OPTIONS
std::optional<Mount> parse_line(std::string_view line)
{
	const auto words = split(line, ' ');
	const auto dash = std::ranges::find(words, "-");
	const auto behind = static_cast<size_t>(words.end() - dash);

	if (words.size() < 6 || behind < 3)
		return {};
	const auto device = parse_device(words[2]);
	if (!device)
		return {};
	return Mount{*device, unescape(words[4]), unescape(dash[1]), unescape(dash[2]),
		     behind > 3 ? std::string(dash[3]) : ""};
}

} // namespace

std::vector<Mount> parse_mounts(std::string_view mountinfo)
{
	std::vector<Mount> mounts;

	while (!mountinfo.empty()) {
		const std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
		mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
		if (auto mount = parse_line(line))
			mounts.push_back(std::move(*mount));
	}
	return mounts;
}

std::optional<std::string> find_option(const Mount &mount, std::string_view key)
{
	// A comma of a value is written as \054.
	for (const std::string_view word : split(mount.options, ','))
		if (word.starts_with(key) && word.substr(key.size()).starts_with('='))
			return unescape(word.substr(key.size() + 1));
	return std::nullopt;
}

Result<std::vector<Mount>> read_mounts(const std::string &root)
{
	return parse_mounts(TRY(read_file(root + "/proc/self/mountinfo")));
}

} // namespace gatehouse
