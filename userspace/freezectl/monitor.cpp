// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl monitor: events of freezefd as they come, by generic netlink, which
// needs no privileges.

#include <fmt/format.h>
#include <signal.h>
#include <sys/sysmacros.h>

#include <optional>
#include <string>

#include "event_loop.hpp"
#include "freeze_events.hpp"
#include "freezefd.hpp"
#include "mounts.hpp"
#include "output.hpp"
#include "stop_signals.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

// Where it is mounted now; "" if nowhere that we can see.
std::string mount_of(dev_t device)
{
	const auto mounts = read_mounts("");

	if (mounts.ok())
		for (const Mount &mount : mounts.value())
			if (mount.device == device)
				return mount.path;
	return "";
}

std::string event_text(uint32_t event)
{
	switch (event) {
	case FREEZEFD_EVENT_FREEZE:
		return "freeze";
	case FREEZEFD_EVENT_THAW:
		return "thaw";
	case FREEZEFD_EVENT_LOST:
		return "lost";
	default:
		return fmt::format("event-{}", event);
	}
}

Result<void> print(const FreezeEvent &event, bool json)
{
	const std::string device = fmt::format("{}:{}", major(event.device), minor(event.device));
	const std::string mount = mount_of(event.device);
	const std::string what = event_text(event.event);

	if (!json)
		return output::text(fmt::format("{} {}{}\n", what,
						mount.empty() ? device : output::escape(mount),
						event.lost ? ": " + lost_text(event.lost) : ""));
	output::Json line = {{"event", what},	 {"mount", nullptr},
			     {"device", device}, {"cookie", event.cookie},
			     {"seq", event.seq}, {"boottime_ns", event.time_ns}};
	if (!mount.empty())
		line["mount"] = mount;
	if (event.lost)
		line["why"] = lost_text(event.lost);
	return output::json_line(line);
}

// What came between two events that we have seen.
Result<void> print_missed(uint64_t count, bool json)
{
	if (!count)
		return {};
	return json ? output::json_line({{"event", "missed"}, {"mount", nullptr}, {"count", count}})
		    : output::text(fmt::format("missed {} events\n", count));
}

} // namespace

Result<void> monitor(const cli::Args &args)
{
	const bool json = args.flag("--json");
	EventLoop loop = TRY(EventLoop::create());
	StopSignals stop;
	std::optional<uint64_t> last;

	TRY(stop.catch_in(loop));
	FreezeEvents events = TRY(FreezeEvents::open([&](const FreezeEvent &event) -> Result<void> {
		if (last)
			TRY(print_missed(event.seq - *last - 1, json));
		last = event.seq;
		return print(event, json);
	}));
	const auto wakes = TRY(events.watch_in(loop));
	auto done = loop.run();
	return stop.caught() ? Result<void>() : done;
}

} // namespace freezectl
