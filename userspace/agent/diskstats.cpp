// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-diskstats: the counters of /proc/diskstats, as many as the kernel has.

#include "file.hpp"
#include "handlers.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// Behind major, minor and name.
constexpr const char *kCounters[] = {
	"read-ios",	"read-merges",	 "read-sectors",   "read-ticks",      "write-ios",
	"write-merges", "write-sectors", "write-ticks",	   "ios-pgr",	      "total-ticks",
	"weight-ticks", "discard-ios",	 "discard-merges", "discard-sectors", "discard-ticks",
	"flush-ios",	"flush-ticks",
};

} // namespace

Result<Json> diskstats(Agent &agent, const Json &)
{
	const std::string text = TRY(read_file(agent.path("/proc/diskstats")));
	Json list = Json::array();

	for (const std::string_view line : lines_of(text)) {
		const auto words = words_of(line);
		Json stats = Json::object();
		if (words.size() < 3)
			continue;
		for (size_t i = 0; i < std::size(kCounters) && i + 3 < words.size(); i++)
			stats[kCounters[i]] = number_of(words[i + 3]);
		list.push_back({{"name", words[2]},
				{"major", number_of(words[0])},
				{"minor", number_of(words[1])},
				{"stats", std::move(stats)}});
	}
	return list;
}

} // namespace agent
