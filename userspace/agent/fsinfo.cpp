// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-fsinfo: the filesystems that lie on block devices, with their space
// and the disks below. Their mount points are what can be asked to freeze.

#include <sys/sysmacros.h>

#include "block_device.hpp"
#include "handlers.hpp"
#include "mounts.hpp"
#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// Of a dm or md device on others, the depth of which nobody limits.
constexpr int kDeepest = 8;

void add_disks(Agent &agent, Json &list, const std::string &name, int depth)
{
	const auto slaves = block_slaves(agent, name);

	if (Json address = disk_address(agent, name); !address.is_null())
		list.push_back(std::move(address));
	if (depth < kDeepest)
		for (const std::string &slave : slaves)
			add_disks(agent, list, slave, depth + 1);
}

// Filesystems with a number of their own name their device as source.
dev_t device_of(const Mount &mount)
{
	const auto source = sys::stat(mount.source);

	return major(mount.device) == 0 && source.ok() ? source.value().st_rdev : mount.device;
}

} // namespace

Result<Json> fsinfo(Agent &agent, const Json &)
{
	Json list = Json::array();

	for (const Mount &mount : TRY(read_mounts(agent.path("")))) {
		const std::string name =
			is_on_a_device(mount) ? block_name(agent, device_of(mount)) : "";
		Json entry = {{"name", name},
			      {"mountpoint", mount.path},
			      {"type", mount.type},
			      {"disk", Json::array()}};
		if (name.empty())
			continue;
		add_disks(agent, entry["disk"], name, 0);
		if (const auto space = sys::statvfs(mount.path); space.ok()) {
			const auto &s = space.value();
			const uint64_t used = (s.f_blocks - s.f_bfree) * s.f_frsize;
			entry["used-bytes"] = used;
			entry["total-bytes"] = used + s.f_bavail * s.f_frsize;
		}
		list.push_back(std::move(entry));
	}
	return list;
}

} // namespace agent
