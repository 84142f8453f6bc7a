// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-memory-blocks and -block-info: the pieces in which memory comes and
// goes.

#include <fmt/format.h>

#include <charconv>

#include "file.hpp"
#include "handlers.hpp"
#include "syscall.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr std::string_view kFolder = "/sys/devices/system/memory";

} // namespace

Result<Json> memory_blocks(Agent &agent, const Json &)
{
	const std::string folder = agent.path(kFolder);
	Json list = Json::array();

	for (const std::string &name : TRY(sys::list_directory(folder))) {
		const int index = index_of(name, "memory");
		if (index < 0)
			continue;
		const auto state = read_file(fmt::format("{}/{}/state", folder, name));
		// Since Linux 5.15 the kernel says of none that it can't go.
		const auto removable = read_file(fmt::format("{}/{}/removable", folder, name));
		list.push_back({{"phys-index", index},
				{"online", state.ok() && state.value() == "online"},
				{"can-offline", !removable.ok() || removable.value() != "0"}});
	}
	return list;
}

Result<Json> memory_block_info(Agent &agent, const Json &)
{
	const std::string path = agent.path(kFolder) + "/block_size_bytes";
	const std::string text = TRY(read_file(path));
	uint64_t size = 0;

	std::from_chars(text.data(), text.data() + text.size(), size, 16);
	if (!size)
		return Error{0, fmt::format("'{}' is no size of memory", text)};
	return Json{{"size", size}};
}

} // namespace agent
