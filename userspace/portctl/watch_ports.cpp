// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl watch PORT...: each port is opened, and the driver told to send a
// real-time signal with the fd and the band for every event (F_SETSIG). The
// signal says that something happened and what; poll() says what is true now.
// Both are needed: a host that leaves and comes back at once changes nothing
// that poll() could see, and the stock driver's band is always POLL_OUT.

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "port_stream.hpp"
#include "ports.hpp"
#include "syscall.hpp"
#include "udev.hpp"
#include "verbs.hpp"
#include "watch.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// A port being watched, and what was printed of it last.
struct Watched {
	Port port;
	UniqueFd fd; // empty once unplugged
	bool connected = false;
	bool pending = false;
};

std::string_view band_name(int32_t code)
{
	switch (code) {
	case POLL_IN:
		return "POLL_IN";
	case POLL_OUT:
		return "POLL_OUT";
	case POLL_HUP:
		return "POLL_HUP";
	}
	return "";
}

class PortWatch
{
public:
	PortWatch(EventLoop &loop, const WatchLog &log, Data data)
		: loop_(loop), log_(log), data_(data)
	{}

	// A port named twice is watched once.
	Result<void> add(const Port &port, int signal)
	{
		for (const Watched &watched : watched_)
			if (watched.port.id == port.id)
				return {};
		UniqueFd fd = TRY(open_port(port, O_RDONLY));
		const int flags = TRY(sys::fcntl(fd.get(), F_GETFL, 0, port.node));

		TRY(sys::fcntl(fd.get(), F_SETSIG, signal, port.node));
		TRY(sys::fcntl(fd.get(), F_SETOWN, getpid(), port.node));
		TRY(sys::fcntl(fd.get(), F_SETFL, flags | O_ASYNC, port.node));
		watched_.push_back({port, std::move(fd)});
		return {};
	}

	// The line that says where each port stands when the watch begins.
	Result<void> start()
	{
		for (Watched &watched : watched_)
			TRY(first_state(watched));
		return {};
	}

	// Something happened to one port.
	Result<void> handle(const signalfd_siginfo &info)
	{
		// A plain SIGIO says that the queue of signals was full.
		const bool all = info.ssi_signo == SIGIO;

		for (Watched &watched : watched_)
			if (watched.fd && (all || watched.fd.get() == info.ssi_fd))
				TRY(update(watched, all ? 0 : info.ssi_code));
		return {};
	}

	// The port is gone for sure: poll() can't tell while it holds data.
	Result<void> handle(const UdevEvent &event)
	{
		for (Watched &watched : watched_)
			if (watched.fd && event.action == "remove" && event.name == watched.port.id)
				TRY(unplugged(watched, 0));
		return {};
	}

private:
	Result<void> print(const Watched &watched, std::string_view what, int code,
			   std::optional<std::string> data = {})
	{
		return log_.print({watched.port.label(), watched.port.id, what, band_name(code),
				   std::move(data)});
	}

	Result<void> first_state(Watched &watched)
	{
		watched.connected =
			!(TRY(sys::poll(watched.fd.get(), 0, 0, watched.port.node)) & POLLHUP);
		TRY(print(watched, watched.connected ? "connected" : "disconnected", 0));
		return update(watched, 0);
	}

	// Prints what is new, in the order it must have been: data of a host
	// that was there before its leaving, data of a new one after its coming.
	Result<void> update(Watched &watched, int code)
	{
		if (watched.connected)
			TRY(update_data(watched, code));
		// While its host is away a port polls readable (end of file), once
		// unplugged it does not.
		const short state = TRY(sys::poll(watched.fd.get(), POLLIN, 0, watched.port.node));
		const bool connected = !(state & POLLHUP);
		if (!connected && !(state & POLLIN))
			return unplugged(watched, code);
		if (watched.connected && (code == POLL_HUP || !connected)) {
			TRY(print(watched, "disconnected", code));
			watched.connected = false;
		}
		if (connected && !watched.connected) {
			TRY(print(watched, "connected", code == POLL_HUP ? 0 : code));
			watched.connected = true;
			// What the new host has sent meanwhile has a signal of its own.
			if (code && data_ == Data::Read)
				return {};
			code = 0;
		}
		return update_data(watched, code);
	}

	Result<void> update_data(Watched &watched, int code)
	{
		if (data_ == Data::Read)
			return read_data(watched, code);

		// A port whose host is away always polls readable.
		const short state = TRY(sys::poll(watched.fd.get(), POLLIN, 0, watched.port.node));
		const bool pending = (state & POLLIN) && !(state & POLLHUP);
		if (pending && !watched.pending)
			TRY(print(watched, "data pending", code));
		watched.pending = pending;
		return {};
	}

	Result<void> read_data(Watched &watched, int code)
	{
		std::array<char, 65536> buffer;
		std::string data;

		for (;;) {
			auto got = sys::read(watched.fd.get(), buffer, watched.port.node);
			if (got.failed_with(EAGAIN) || got.failed_with(ENODEV))
				break;
			const size_t n = TRY(std::move(got));
			if (!n)
				break;
			data.append(buffer.data(), n);
		}
		if (data.empty())
			return {};
		return print(watched, "data", code, std::move(data));
	}

	Result<void> unplugged(Watched &watched, int code)
	{
		watched.fd.reset();
		for (const Watched &other : watched_)
			if (other.fd)
				return print(watched, "unplugged", code);
		loop_.stop();
		return print(watched, "unplugged", code);
	}

	EventLoop &loop_;
	const WatchLog &log_;
	const Data data_;
	std::vector<Watched> watched_;
};

} // namespace

Result<void> watch_ports(EventLoop &loop, const WatchLog &log, std::span<const std::string> words,
			 Data data)
{
	const std::array<int, 2> signals = {SIGRTMIN, SIGIO};
	PortWatch watch(loop, log, data);
	const auto events = TRY(loop.signals(
		signals, [&watch](const signalfd_siginfo &info) { return watch.handle(info); }));
	UdevMonitor monitor = TRY(UdevMonitor::create(kPortClasses));
	const auto unplugs = TRY(loop.watch(monitor.fd(), EPOLLIN, [&](uint32_t) -> Result<void> {
		while (const auto event = monitor.receive())
			TRY(watch.handle(*event));
		return {};
	}));
	const PortList list = TRY(PortList::scan(system_root()));

	for (const std::string &word : words)
		TRY(watch.add(TRY(list.find(word)), signals[0]));
	TRY(watch.start());
	return loop.run();
}

} // namespace portctl
