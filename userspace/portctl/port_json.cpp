// SPDX-License-Identifier: GPL-2.0-or-later

#include "port_json.hpp"

#include <fmt/format.h>

namespace portctl {

using namespace gatehouse;

std::string host_text(HostState state)
{
	switch (state) {
	case HostState::Connected:
		return "yes";
	case HostState::Away:
		return "no";
	case HostState::Unknown:
		break;
	}
	return "";
}

std::string holder_text(const Port &port)
{
	return port.holder ? fmt::format("{}({})", port.holder->comm, port.holder->pid) : "";
}

output::Json port_json(const Port &port)
{
	output::Json json = {
		{"name", port.name},	   {"id", port.id},	    {"node", port.node},
		{"device", port.device},   {"driver", port.driver}, {"host_connected", nullptr},
		{"console", port.console}, {"tty", nullptr},	    {"holder", nullptr}};

	if (port.host != HostState::Unknown)
		json["host_connected"] = port.host == HostState::Connected;
	if (!port.tty.empty())
		json["tty"] = port.tty;
	if (port.holder)
		json["holder"] = {{"pid", port.holder->pid}, {"comm", port.holder->comm}};
	return json;
}

} // namespace portctl
