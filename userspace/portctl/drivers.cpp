// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl takeover and giveback: move console devices between the stock driver
// and ours by the writes that the virtio bus takes in sysfs. They undo each
// other, and there is nothing to record: these two are the only drivers a
// console device can have. A device whose port is open stays where it is
// unless forced. A failed bind is undone before the next step.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "file.hpp"
#include "nearest.hpp"
#include "output.hpp"
#include "verbs.hpp"
#include "virtio_bus.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// One run of either verb: from which driver, to which, and how.
struct Move {
	std::string root;
	std::string_view from;
	std::string_view to;
	bool force;
	bool verbose;
};

// Writes a device's name to a bind or unbind file, said before when asked.
Result<void> write_step(const Move &move, const std::string &path, const std::string &device)
{
	if (move.verbose)
		fmt::print(stderr, "+ echo {} > {}\n", device, path);
	Result<void> written = write_file(path, device);
	if (written.ok() || written.error().code != EACCES)
		return written;
	return Error{EACCES, written.error().attempted + " (only root may)"};
}

Error not_loaded(std::string_view driver)
{
	const bool ours = driver == "virtio_serial";

	return Error{0, fmt::format("driver {0} is not loaded: 'modprobe {0}' loads it{1}", driver,
				    ours ? ", or 'insmod' the virtio_serial.ko as built" : "")};
}

Result<std::vector<ConsoleDevice>> choose(const Move &move, std::span<const std::string> words)
{
	const auto devices = TRY(list_console_devices(move.root));
	std::vector<ConsoleDevice> chosen;
	std::vector<std::string> names;

	if (devices.empty())
		return Error{0, "no virtio-serial device in this machine"};
	for (const ConsoleDevice &device : devices)
		names.push_back(device.name);
	for (const std::string &word : words)
		if (std::find(names.begin(), names.end(), word) == names.end())
			return Error{0, fmt::format("no virtio-serial device '{}'{}", word,
						    suggestion(word, names))};
	// Each once, also when named twice: the second unbind would fail.
	for (const ConsoleDevice &device : devices)
		if (words.empty() ||
		    std::find(words.begin(), words.end(), device.name) != words.end())
			chosen.push_back(device);
	return chosen;
}

// Refuses a device that someone uses; warns of what can't be seen as open.
Result<void> check_users(const Move &move, const PortList &list, const ConsoleDevice &device)
{
	for (const Port &port : list.ports()) {
		if (port.device != device.name)
			continue;
		if (port.console)
			fmt::print(stderr,
				   "portctl: warning: {} is a console (hvc): it is gone until {} "
				   "offers it again\n",
				   port.id, move.to);
		if (!port.holder)
			continue;
		const std::string user =
			fmt::format("{} of {} is open in {}", output::escape(port.label()),
				    device.name, port.holder->text());
		if (!move.force)
			return Error{0, user + ": end that first, or use --force"};
		fmt::print(stderr, "portctl: warning: {}\n", user);
	}
	return {};
}

Result<void> move_device(const Move &move, const ConsoleDevice &device)
{
	if (device.driver == move.from)
		TRY(write_step(move, unbind_path(move.root, move.from), device.name));
	auto bound = write_step(move, bind_path(move.root, move.to), device.name);
	if (bound.ok())
		return {};

	Error error{
		0, fmt::format("bind {} to {}: {}", device.name, move.to, bound.error().message())};
	if (device.driver == move.from) {
		const auto undone = write_step(move, bind_path(move.root, move.from), device.name);
		error.attempted +=
			undone.ok() ? fmt::format("; {} has it again", move.from)
				    : fmt::format("; and back: {}", undone.error().message());
	}
	return error;
}

Result<void> move_devices(std::string_view from, std::string_view to, const cli::Args &args)
{
	const Move move = {system_root(), from, to, args.flag("--force"), args.flag("--verbose")};
	const auto devices = TRY(choose(move, args.words()));

	if (!has_driver(move.root, to))
		return not_loaded(to);
	const PortList list = TRY(PortList::scan(move.root));
	// First look at all, then move any.
	for (const ConsoleDevice &device : devices)
		if (device.driver != to)
			TRY(check_users(move, list, device));
	for (const ConsoleDevice &device : devices)
		if (device.driver != to)
			TRY(move_device(move, device));
		else if (move.verbose)
			fmt::print(stderr, "{} has {} already\n", to, device.name);
	return {};
}

} // namespace

Result<void> takeover(const cli::Args &args)
{
	return move_devices(kStockDriver, kOurDriver, args);
}

Result<void> giveback(const cli::Args &args)
{
	return move_devices(kOurDriver, kStockDriver, args);
}

} // namespace portctl
