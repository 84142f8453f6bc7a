// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-osinfo, guest-get-host-name, guest-get-load: what system this is and
// how busy it is.

#include <fmt/format.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <utility>

#include "file.hpp"
#include "handlers.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// Names in os-release, and in the reply.
constexpr std::pair<std::string_view, const char *> kRelease[] = {
	{"ID=", "id"},
	{"NAME=", "name"},
	{"PRETTY_NAME=", "pretty-name"},
	{"VERSION=", "version"},
	{"VERSION_ID=", "version-id"},
	{"VARIANT=", "variant"},
	{"VARIANT_ID=", "variant-id"},
};

// A value as a shell would read it: quotes of either kind, and backslashes.
std::string unquote(std::string_view value)
{
	std::string text;
	char quote = 0;

	for (size_t i = 0; i < value.size(); i++) {
		const char c = value[i];
		if (c == '\\' && quote != '\'' && i + 1 < value.size())
			text += value[++i];
		else if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
		else
			text += c;
	}
	return text;
}

void add_release(Json &reply, std::string_view text)
{
	while (!text.empty()) {
		const std::string_view line = text.substr(0, text.find('\n'));
		text.remove_prefix(std::min(line.size() + 1, text.size()));
		for (const auto &[key, name] : kRelease)
			if (line.starts_with(key))
				reply[name] = unquote(line.substr(key.size()));
	}
}

} // namespace

Result<Json> osinfo(Agent &agent, const Json &)
{
	Json reply = Json::object();
	utsname system = {};

	if (uname(&system) == 0) {
		reply["kernel-release"] = system.release;
		reply["kernel-version"] = system.version;
		reply["machine"] = system.machine;
	}
	for (const char *file : {"/etc/os-release", "/usr/lib/os-release"}) {
		const auto text = read_file(agent.path(file));
		if (text.ok()) {
			add_release(reply, text.value());
			break;
		}
	}
	return reply;
}

Result<Json> host_name(Agent &, const Json &)
{
	utsname system = {};

	if (uname(&system) < 0)
		return Error{errno, "uname"};
	return Json{{"host-name", system.nodename}};
}

Result<Json> load(Agent &agent, const Json &)
{
	const std::string text = TRY(read_file(agent.path("/proc/loadavg")));
	const char *at = text.c_str();
	Json reply;

	for (const char *name : {"load1m", "load5m", "load15m"}) {
		char *end = nullptr;
		reply[name] = strtod(at, &end);
		if (end == at)
			return Error{0, fmt::format("'{}' are no load averages", text)};
		at = end;
	}
	return reply;
}

} // namespace agent
