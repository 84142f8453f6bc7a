// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl list: all ports, one a line. An empty list is no failure; what can
// be done about it is said on stderr.

#include <fmt/format.h>

#include <cstdio>

#include "output.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

static std::string host_text(HostState state)
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

static output::Json port_json(const Port &port)
{
	output::Json json = {{"name", port.name},     {"id", port.id},
			     {"node", port.node},     {"device", port.device},
			     {"driver", port.driver}, {"host_connected", nullptr},
			     {"holder", nullptr}};

	if (port.host != HostState::Unknown)
		json["host_connected"] = port.host == HostState::Connected;
	if (port.holder)
		json["holder"] = {{"pid", port.holder->pid}, {"comm", port.holder->comm}};
	return json;
}

Result<void> list(const cli::Args &args)
{
	const PortList list = TRY(PortList::scan(system_root()));
	output::Table table({"NAME", "NODE", "DRIVER", "HOST", "HOLDER"});
	output::Json array = output::Json::array();

	for (const Port &port : list.ports()) {
		const std::string holder =
			port.holder ? fmt::format("{}({})", port.holder->comm, port.holder->pid)
				    : "";
		table.add({port.name, port.node, port.driver, host_text(port.host), holder});
		array.push_back(port_json(port));
	}
	if (list.ports().empty())
		fmt::print(stderr, "portctl: {}\n", list.advice());
	if (args.flag("--json"))
		return output::json(array);
	return list.ports().empty() ? Result<void>() : output::text(table.format());
}

} // namespace portctl
