// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl watch without PORT: ports that come and go, by udev's monitor, and
// their hosts, by the host_connected attribute, which our driver notifies
// (sysfs poll). No port is opened, so none is busy for others. The stock
// driver has no such attribute: of its ports only plug and unplug are seen.

#include <fcntl.h>
#include <sys/epoll.h>

#include <array>
#include <map>

#include "ports.hpp"
#include "syscall.hpp"
#include "udev.hpp"
#include "verbs.hpp"
#include "watch.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// A port that is there, and its attribute if it has one.
struct Present {
	Port port;
	UniqueFd attribute;
	EventLoop::Registration registration; // of the attribute; ends first
};

class PresenceWatch
{
public:
	PresenceWatch(EventLoop &loop, const WatchLog &log) : loop_(loop), log_(log) {}

	Result<void> add(Port port)
	{
		const std::string id = port.id;
		Present &present = present_[id];

		present = Present{std::move(port), UniqueFd(), {}};
		auto attribute = sys::open(present.port.syspath + "/host_connected", O_RDONLY);
		if (!attribute.ok())
			return {}; // stock, or gone again
		present.attribute = attribute.take();
		// The first read arms the notification.
		const auto host = read_host(present);
		if (!host.ok())
			return {}; // gone again; its uevent follows
		present.port.host = host.value();
		present.registration =
			TRY(loop_.watch(present.attribute.get(), EPOLLPRI,
					[this, id](uint32_t) { return host_changed(id); }));
		return {};
	}

	Result<void> handle(const UdevEvent &event)
	{
		const auto known = present_.find(event.name);

		if (event.action == "remove" && known != present_.end()) {
			const Port port = known->second.port;
			present_.erase(known);
			return print(port, "unplugged");
		}
		if (event.action == "add" && known == present_.end()) {
			Port port = read_port("", event.syspath);
			TRY(add(port));
			return print(port, "plugged");
		}
		if (event.action == "change" && known != present_.end())
			return renamed(known->second.port, read_port("", event.syspath));
		return {};
	}

private:
	Result<void> print(const Port &port, std::string_view what)
	{
		return log_.print({port.label(), port.id, what});
	}

	// The stock driver adds a port before it knows the name.
	Result<void> renamed(Port &known, const Port &now)
	{
		if (known.name == now.name)
			return {};
		known.name = now.name;
		return print(known, "named");
	}

	Result<HostState> read_host(Present &present)
	{
		std::array<char, 16> buffer;
		const size_t n =
			TRY(sys::pread(present.attribute.get(), buffer, 0, present.port.syspath));
		const bool connected = n > 0 && buffer[0] == '1';

		return connected ? HostState::Connected : HostState::Away;
	}

	Result<void> host_changed(const std::string &id)
	{
		Present &present = present_.at(id);
		const auto state = read_host(present);

		if (!state.ok()) {
			present.registration = {}; // the port goes; its uevent follows
			return {};
		}
		if (state.value() == present.port.host)
			return {};
		present.port.host = state.value();
		return print(present.port,
			     state.value() == HostState::Connected ? "connected" : "disconnected");
	}

	EventLoop &loop_;
	const WatchLog &log_;
	std::map<std::string, Present> present_; // by id
};

} // namespace

Result<void> watch_all(EventLoop &loop, const WatchLog &log)
{
	PresenceWatch watch(loop, log);
	// First the monitor, then the list: what comes between is in both.
	UdevMonitor monitor = TRY(UdevMonitor::create(kPortClasses));
	const PortList list = TRY(PortList::scan(system_root()));

	for (const Port &port : list.ports())
		TRY(watch.add(port));
	const auto registration =
		TRY(loop.watch(monitor.fd(), EPOLLIN, [&](uint32_t) -> Result<void> {
			while (const auto event = monitor.receive())
				TRY(watch.handle(*event));
			return {};
		}));
	return loop.run();
}

} // namespace portctl
