// SPDX-License-Identifier: GPL-2.0-or-later

#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr const char *kDefaultPort = "/dev/virtio-ports/org.qemu.guest_agent.0";

bool is_command(std::string_view name)
{
	const auto all = commands();

	return std::ranges::find(all, name, &Command::name) != all.end();
}

// Names between commas. One that we have not at all may be in the list for QEMU's
// agent, and be blocked; to allow it is a mistake.
Result<std::set<std::string, std::less<>>> read_list(const cli::Args &args, const char *option)
{
	std::set<std::string, std::less<>> names;
	const std::string text = args.text(option).value_or("");

	for (size_t start = 0; start < text.size();) {
		const size_t end = std::min(text.find(',', start), text.size());
		const std::string name = text.substr(start, end - start);
		if (option == std::string_view("--allow-rpcs") && !is_command(name))
			return cli::usage_error(
				fmt::format("{}: there is no command '{}'", option, name));
		names.insert(name);
		start = end + 1;
	}
	return names;
}

Result<Method> read_method(const std::string &name)
{
	if (name == "virtio-serial")
		return Method::VirtioSerial;
	if (name == "unix-listen")
		return Method::UnixListen;
	return cli::usage_error(
		fmt::format("--method: '{}' is neither virtio-serial nor unix-listen", name));
}

} // namespace

bool Options::allows(std::string_view command) const
{
	return !blocked.contains(command) && (allowed.empty() || allowed.contains(command));
}

Result<Options> read_options(const cli::Args &args)
{
	Options options;

	options.method = TRY(read_method(args.text("--method").value_or("virtio-serial")));
	options.path = args.text("--path").value_or(
		options.method == Method::VirtioSerial ? kDefaultPort : "");
	if (options.path.empty())
		return cli::usage_error("--path: unix-listen wants the path of its socket");
	options.log_file = args.text("--logfile").value_or("");
	options.verbose = args.flag("--verbose");
	options.daemonize = args.flag("--daemonize");
	options.allowed = TRY(read_list(args, "--allow-rpcs"));
	options.blocked = TRY(read_list(args, "--block-rpcs"));
	return options;
}

} // namespace agent
