// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-cpustats and guest-get-vcpus: what each CPU has done, in
// milliseconds, and which are online.

#include <unistd.h>

#include "file.hpp"
#include "handlers.hpp"
#include "syscall.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// As /proc/stat has them behind "cpuN".
constexpr const char *kTimes[] = {"user", "nice",    "system", "idle",	"iowait",
				  "irq",  "softirq", "steal",  "guest", "guestnice"};

} // namespace

Result<Json> cpustats(Agent &agent, const Json &)
{
	const std::string text = TRY(read_file(agent.path("/proc/stat")));
	const auto ticks = static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
	Json list = Json::array();

	for (const std::string_view line : lines_of(text)) {
		const auto words = words_of(line);
		const int cpu = words.empty() ? -1 : index_of(words[0], "cpu");
		Json entry = {{"type", "linux"}, {"cpu", cpu}};
		if (cpu < 0)
			continue;
		for (size_t i = 0; i < std::size(kTimes) && i + 1 < words.size(); i++)
			entry[kTimes[i]] = number_of(words[i + 1]) * 1000 / ticks;
		list.push_back(std::move(entry));
	}
	return list;
}

Result<Json> vcpus(Agent &agent, const Json &)
{
	const std::string folder = agent.path("/sys/devices/system/cpu");
	Json list = Json::array();

	for (const std::string &name : TRY(sys::list_directory(folder))) {
		const int cpu = index_of(name, "cpu");
		// One that can't go offline has no such file.
		const auto online = read_file(folder + "/" + name + "/online");
		if (cpu < 0)
			continue;
		list.push_back({{"logical-id", cpu},
				{"online", !online.ok() || online.value() == "1"},
				{"can-offline", online.ok()}});
	}
	return list;
}

} // namespace agent
