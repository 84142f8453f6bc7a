// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze_targets.hpp"

#include <algorithm>
#include <set>

#include "block_device.hpp"
#include "freeze_order.hpp"
#include "mounts.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// Another mount may hide it: its path leads to that one.
bool is_reachable(const std::vector<Mount> &mounts, const Mount &mount)
{
	const Mount *there = find_mount_of(mounts, mount.path);

	return there && there->device == mount.device;
}

} // namespace

Result<std::vector<FreezeDevice::Target>> freeze_targets(std::span<const std::string> paths)
{
	const auto mounts = TRY(read_mounts(""));
	const auto levels = freeze_levels(read_layers("", mounts));
	std::vector<FreezeDevice::Target> targets;
	std::set<dev_t> seen;

	for (const Mount &mount : mounts) {
		if (!paths.empty() && std::ranges::find(paths, mount.path) == paths.end())
			continue;
		if (!is_on_a_device(mount) || !why_not_freezable(mount).empty() ||
		    !is_reachable(mounts, mount) || !seen.insert(mount.device).second)
			continue;
		targets.push_back({mount.path, levels.at(mount.device), true});
	}
	return targets;
}

} // namespace agent
