// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl info: one port, a line a fact. The counters are the driver's file in
// debugfs, which only root may read and the stock driver has fewer of. No port
// is opened, so none is busy for others.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "output.hpp"
#include "port_json.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// What sysfs has told already, and in better words.
constexpr std::string_view kKnown[] = {"name", "host_connected"};

bool is_known(std::string_view key)
{
	for (const std::string_view known : kKnown)
		if (key == known)
			return true;
	return false;
}

// Calls with each key and value of the driver's file.
template <typename F> void for_each_fact(const Port &port, F call)
{
	const std::string facts = read_port_facts(system_root(), port.id);
	std::string_view rest = facts;

	while (!rest.empty()) {
		const std::string_view line = rest.substr(0, rest.find('\n'));
		const size_t colon = line.find(": ");

		rest.remove_prefix(std::min(rest.size(), line.size() + 1));
		if (colon != line.npos && !is_known(line.substr(0, colon)))
			call(line.substr(0, colon), line.substr(colon + 2));
	}
}

output::Json fact_json(std::string_view value)
{
	uint64_t number = 0;
	const auto [end, error] =
		std::from_chars(value.data(), value.data() + value.size(), number);

	if (error == std::errc() && end == value.data() + value.size())
		return number;
	return output::escape(value);
}

Result<void> print_json(const Port &port)
{
	output::Json json = port_json(port);

	for_each_fact(port, [&json](std::string_view key, std::string_view value) {
		json[output::escape(key)] = fact_json(value);
	});
	return output::json(json);
}

Result<void> print_text(const Port &port)
{
	std::string text;
	const auto add = [&text](std::string_view key, std::string_view value) {
		text += fmt::format("{}: {}\n", output::escape(key),
				    value.empty() ? "-" : output::escape(value));
	};

	add("name", port.name);
	add("id", port.id);
	add("node", port.node);
	if (port.console)
		add("tty", port.tty);
	add("device", port.device);
	add("driver", port.driver);
	add("host_connected", host_text(port.host));
	add("holder", holder_text(port));
	for_each_fact(port, add);
	return output::text(text);
}

} // namespace

Result<void> info(const cli::Args &args)
{
	const PortList list = TRY(PortList::scan(system_root()));
	const Port port = TRY(list.find(args.words()[0]));

	return args.flag("--json") ? print_json(port) : print_text(port);
}

} // namespace portctl
