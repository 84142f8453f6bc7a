// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-info: which commands there are, and which of them may run now.

#include "handlers.hpp"

namespace agent {

using namespace gatehouse;

Result<Json> info(Agent &agent, const Json &)
{
	Json list = Json::array();

	for (const Command &command : commands())
		list.push_back({{"name", command.name},
				{"enabled", agent.why_disabled(command).empty()},
				{"success-response", command.answer != Answer::Failure}});
	return Json{{"version", GATEHOUSE_VERSION}, {"supported_commands", std::move(list)}};
}

} // namespace agent
