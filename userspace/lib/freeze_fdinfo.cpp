// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze_fdinfo.hpp"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "file.hpp"
#include "holders.hpp"
#include "syscall.hpp"

namespace gatehouse {

namespace {

constexpr std::string_view kFile = "anon_inode:[freezefd]";

template <typename T> bool to_number(std::string_view text, T &number)
{
	return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

// "MAJOR:MINOR level LEVEL STATE error ERROR"
std::optional<FreezeFdInfo::Target> parse_target(const std::string &value)
{
	unsigned int major_number = 0, minor_number = 0;
	std::array<char, 16> state;
	FreezeFdInfo::Target target;

	if (sscanf(value.c_str(), "%u:%u level %*u %15s error %d", &major_number, &minor_number,
		   state.data(), &target.error) != 4)
		return std::nullopt;
	target.device = makedev(major_number, minor_number);
	target.frozen = std::string_view(state.data()) == "frozen";
	return target;
}

void add(std::vector<Freezer> &freezers, const Holder &process, uint32_t remaining_ms)
{
	const auto found = std::ranges::find(freezers, process.pid, &Freezer::pid);

	if (found == freezers.end())
		freezers.push_back({process.pid, process.comm, remaining_ms});
	else
		found->remaining_ms = std::max(found->remaining_ms, remaining_ms);
}

} // namespace

std::optional<FreezeFdInfo> parse_freeze_fdinfo(std::string_view text)
{
	FreezeFdInfo info;

	while (!text.empty()) {
		const std::string_view line = text.substr(0, text.find('\n'));
		const size_t colon = line.find(":\t");

		text.remove_prefix(std::min(line.size() + 1, text.size()));
		if (colon == line.npos)
			continue;
		const std::string_view key = line.substr(0, colon), value = line.substr(colon + 2);
		if (key == "remaining_ms")
			to_number(value, info.remaining_ms);
		else if (key == "cookie")
			to_number(value, info.cookie);
		else if (const auto target = parse_target(std::string(value));
			 key == "target" && target)
			info.targets.push_back(*target);
	}
	return info.targets.empty() ? std::nullopt : std::optional(std::move(info));
}

std::map<dev_t, std::vector<Freezer>> find_freezers(const std::string &root)
{
	std::map<dev_t, std::vector<Freezer>> freezers;

	for_each_descriptor(root + "/proc", [&](const Holder &process, const std::string &fd) {
		const auto file =
			sys::readlink(fmt::format("{}/proc/{}/fd/{}", root, process.pid, fd));
		if (!file.ok() || file.value() != kFile)
			return;
		const auto text =
			read_file(fmt::format("{}/proc/{}/fdinfo/{}", root, process.pid, fd));
		const auto info = parse_freeze_fdinfo(text.ok() ? text.value() : "");
		if (!info)
			return;
		for (const FreezeFdInfo::Target &target : info->targets)
			if (target.frozen)
				add(freezers[target.device], process, info->remaining_ms);
	});
	return freezers;
}

} // namespace gatehouse
