// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-ping, guest-sync, guest-sync-delimited: a host finds out that somebody is
// there, and which reply belongs to what it has sent.

#include "handlers.hpp"

namespace agent {

using namespace gatehouse;

Result<Json> ping(Agent &, const Json &)
{
	return Json::object();
}

Result<Json> sync(Agent &, const Json &arguments)
{
	return arguments["id"];
}

} // namespace agent
