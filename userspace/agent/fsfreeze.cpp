// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-fsfreeze-status, -freeze, -freeze-list, -thaw.

#include "freezer.hpp"
#include "handlers.hpp"

namespace agent {

using namespace gatehouse;

Result<Json> fsfreeze_status(Agent &agent, const Json &)
{
	return Json(agent.freezer().is_frozen() ? "frozen" : "thawed");
}

Result<Json> fsfreeze_freeze(Agent &agent, const Json &)
{
	return Json(TRY(agent.freezer().freeze({})));
}

// Without a list, all.
Result<Json> fsfreeze_freeze_list(Agent &agent, const Json &arguments)
{
	std::vector<std::string> paths;
	const auto given = arguments.find("mountpoints");

	if (given == arguments.end())
		return fsfreeze_freeze(agent, arguments);
	for (const Json &path : *given)
		paths.push_back(path.get<std::string>());
	if (paths.empty())
		return Json(0);
	return Json(TRY(agent.freezer().freeze(paths)));
}

Result<Json> fsfreeze_thaw(Agent &agent, const Json &)
{
	return Json(TRY(agent.freezer().thaw()));
}

} // namespace agent
