// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-disks: block devices that hold something, their partitions, and what
// lies on what.

#include <fmt/format.h>

#include "block_device.hpp"
#include "file.hpp"
#include "handlers.hpp"
#include "syscall.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

Json describe(Agent &agent, const std::string &name, bool partition, const Json &dependencies)
{
	const auto alias = read_file(agent.path("/sys/class/block/" + name + "/dm/name"));
	Json entry = {
		{"name", "/dev/" + name}, {"partition", partition}, {"dependencies", dependencies}};

	if (Json address = disk_address(agent, name); !partition && !address.is_null())
		entry["address"] = std::move(address);
	if (alias.ok())
		entry["alias"] = alias.value();
	return entry;
}

} // namespace

Result<Json> disks(Agent &agent, const Json &)
{
	const std::string folder = agent.path("/sys/block");
	Json list = Json::array();

	for (const std::string &disk : TRY(sys::list_directory(folder))) {
		const std::string path = folder + "/" + disk;
		Json below = Json::array();
		if (!number_in(path + "/size"))
			continue;
		for (const std::string &slave : block_slaves(agent, disk))
			below.push_back("/dev/" + slave);
		list.push_back(describe(agent, disk, false, below));
		for (const std::string &part : TRY(sys::list_directory(path)))
			if (sys::stat(path + "/" + part + "/partition").ok())
				list.push_back(
					describe(agent, part, true, Json::array({"/dev/" + disk})));
	}
	return list;
}

} // namespace agent
