// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-lock-sessions, which QEMU's agent has not: every graphical session's
// screen is locked, by logind. For a host whose user has closed the viewer.

#include "handlers.hpp"
#include "logind.hpp"

namespace agent {

using namespace gatehouse;

Result<Json> lock_sessions(Agent &agent, const Json &)
{
	TRY(call_logind("LockSessions"));
	agent.log().info("sessions locked");
	return Json::object();
}

} // namespace agent
