// SPDX-License-Identifier: GPL-2.0-or-later

#include "targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "freeze_order.hpp"
#include "output.hpp"
#include "syscall.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

const Target *find(const std::vector<Target> &targets, dev_t device)
{
	const auto found = std::ranges::find(
		targets, device, [](const Target &target) { return target.mount.device; });

	return found == targets.end() ? nullptr : &*found;
}

// Of several mounts at one place the last is the one that a path leads to.
Result<Mount> find_mount(const std::vector<Mount> &mounts, const std::string &word)
{
	const std::string path = TRY(sys::realpath(word));
	const Mount *mount = find_mount_of(mounts, path);

	if (!mount)
		return Error{ENOENT, fmt::format("'{}'", word)};
	if (mount->path != path)
		return Error{0, fmt::format("'{}' is no mount point: it lies on '{}'",
					    output::escape(word), output::escape(mount->path))};
	if (const std::string why = why_not_freezable(*mount); !why.empty())
		return Error{0, fmt::format("'{}' can't be frozen: {}", output::escape(word), why)};
	return *mount;
}

void put_in_order(std::vector<Target> &targets, const std::vector<Mount> &mounts)
{
	const auto levels = freeze_levels(read_layers("", mounts));

	for (Target &target : targets)
		target.level = levels.at(target.mount.device);
	std::ranges::stable_sort(targets, {}, &Target::level);
}

} // namespace

Result<std::vector<Target>> find_targets(std::span<const std::string> words)
{
	const auto mounts = TRY(read_mounts(""));
	std::vector<Target> targets;

	for (const std::string &word : words) {
		Mount mount = TRY(find_mount(mounts, word));
		if (const Target *other = find(targets, mount.device))
			return Error{0, fmt::format("'{}' and '{}' are one filesystem",
						    output::escape(other->mount.path),
						    output::escape(word))};
		targets.push_back({std::move(mount), 0});
	}
	put_in_order(targets, mounts);
	return targets;
}

Result<std::vector<Target>> all_targets()
{
	const auto mounts = TRY(read_mounts(""));
	std::vector<Target> targets;

	// Where another is mounted over it, its path leads to that one.
	for (const Mount &mount : mounts)
		if (why_not_freezable(mount).empty() && !find(targets, mount.device) &&
		    find_mount_of(mounts, mount.path)->device == mount.device)
			targets.push_back({mount, 0});
	put_in_order(targets, mounts);
	return targets;
}

} // namespace freezectl
