// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-suspend-ram, -disk, -hybrid: by logind, which lets programs prepare; by
// the kernel where there is none.

#include <fmt/format.h>

#include <algorithm>

#include "file.hpp"
#include "handlers.hpp"
#include "logind.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

struct Sleep {
	const char *ask, *method; // logind's
	const char *state;	  // a word for /sys/power/state
	const char *disk;	  // and one for /sys/power/disk before, if any
	const char *name;
};

constexpr Sleep kRam = {"CanSuspend", "Suspend", "mem", nullptr, "suspend to memory"};
constexpr Sleep kDisk = {"CanHibernate", "Hibernate", "disk", nullptr, "suspend to disk"};
constexpr Sleep kHybrid = {"CanHybridSleep", "HybridSleep", "disk", "suspend", "suspend to both"};

// Is the word among those that the kernel offers? The present one is in brackets.
bool offers(const std::string &path, const char *word)
{
	const auto text = read_file(path);
	const auto words = text.ok() ? words_of(text.value()) : std::vector<std::string_view>();

	return std::ranges::any_of(words, [&](std::string_view offered) {
		return offered == word || offered == fmt::format("[{}]", word);
	});
}

Result<void> suspend_by_kernel(Agent &agent, const Sleep &sleep)
{
	const std::string state = agent.path("/sys/power/state");
	const std::string disk = agent.path("/sys/power/disk");

	if (!offers(state, sleep.state) || (sleep.disk && !offers(disk, sleep.disk)))
		return Error{0, fmt::format("this guest can't {}", sleep.name)};
	if (sleep.disk)
		TRY(write_file(disk, sleep.disk));
	return write_file(state, sleep.state); // returns when it is awake again
}

Result<Json> go_to_sleep(Agent &agent, const Sleep &sleep)
{
	const std::string answer = ask_logind(sleep.ask);

	agent.log().info(sleep.name);
	if (answer.empty())
		TRY(suspend_by_kernel(agent, sleep));
	else if (answer == "yes")
		TRY(call_logind_quietly(sleep.method));
	else
		return Error{0, fmt::format("this guest can't {}", sleep.name)};
	return Json();
}

} // namespace

Result<Json> suspend_ram(Agent &agent, const Json &)
{
	return go_to_sleep(agent, kRam);
}

Result<Json> suspend_disk(Agent &agent, const Json &)
{
	return go_to_sleep(agent, kDisk);
}

Result<Json> suspend_hybrid(Agent &agent, const Json &)
{
	return go_to_sleep(agent, kHybrid);
}

} // namespace agent
