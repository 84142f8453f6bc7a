// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl list: all ports, one a line. An empty list is no failure; what can
// be done about it is said on stderr.

#include <fmt/format.h>

#include <cstdio>

#include "output.hpp"
#include "port_json.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

Result<void> list(const cli::Args &args)
{
	const PortList list = TRY(PortList::scan(system_root()));
	output::Table table({"NAME", "NODE", "DRIVER", "HOST", "HOLDER"});
	output::Json array = output::Json::array();

	for (const Port &port : list.ports()) {
		table.add({port.name, port.tty.empty() ? port.node : port.tty, port.driver,
			   host_text(port.host), holder_text(port)});
		array.push_back(port_json(port));
	}
	if (list.ports().empty())
		fmt::print(stderr, "portctl: {}\n", list.advice());
	if (args.flag("--json"))
		return output::json(array);
	return list.ports().empty() ? Result<void>() : output::text(table.format());
}

} // namespace portctl
