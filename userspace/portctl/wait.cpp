// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl wait: until a port is there and, if asked, its host. No port is
// opened. What to look for is looked up anew after each piece of news: a uevent,
// or a change of the port's attribute host_connected.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "event_loop.hpp"
#include "output.hpp"
#include "ports.hpp"
#include "syscall.hpp"
#include "udev.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

class PortWait
{
public:
	PortWait(EventLoop &loop, std::string word, bool connected)
		: loop_(loop), word_(std::move(word)), connected_(connected)
	{}

	// Is it so now? If not, news will come.
	Result<bool> look()
	{
		registration_ = {};
		const PortList list = TRY(PortList::scan(system_root()));
		const auto port = list.find(word_);

		if (!port.ok())
			return false;
		if (!connected_ || port.value().host == HostState::Connected)
			return true;
		return watch(port.value());
	}

	// What is missing, in words.
	std::string missing() const
	{
		return fmt::format("wait for {} '{}'", host_missing_ ? "the host at" : "port",
				   output::escape(word_));
	}

private:
	// The first read arms the notification; what it says is newest.
	Result<bool> watch(const Port &port)
	{
		const std::string path = port.syspath + "/host_connected";
		std::array<char, 16> value = {};

		host_missing_ = true;
		auto attribute = sys::open(path, O_RDONLY);
		if (attribute.failed_with(ENOENT) && port.driver == "virtio_console")
			return Error{0, fmt::format("{}: its driver virtio_console does not tell "
						    "whether the host is there; see 'portctl "
						    "takeover'",
						    output::escape(port.label()))};
		if (!attribute.ok())
			return false; // it goes; its uevent follows
		attribute_ = attribute.take();
		if (!sys::pread(attribute_.get(), value, 0, path).ok())
			return false;
		registration_ = TRY(loop_.watch(attribute_.get(), EPOLLPRI | EPOLLONESHOT,
						[](uint32_t) { return Result<void>(); }));
		return value[0] == '1';
	}

	EventLoop &loop_;
	const std::string word_;
	const bool connected_;
	bool host_missing_ = false;
	UniqueFd attribute_;
	EventLoop::Registration registration_; // of attribute_; ends first
};

} // namespace

Result<void> wait(const cli::Args &args)
{
	using namespace std::chrono;
	const auto seconds = args.seconds("--timeout");
	const auto end = steady_clock::now() + duration<double>(seconds.value_or(0));
	EventLoop loop = TRY(EventLoop::create());
	PortWait wait(loop, args.words()[0], args.flag("--connected"));
	// Before the first look: what comes between is not missed.
	UdevMonitor monitor = TRY(UdevMonitor::create(kPortClasses));
	const auto uevents = TRY(loop.watch(monitor.fd(), EPOLLIN, [&monitor](uint32_t) {
		while (monitor.receive())
			continue;
		return Result<void>();
	}));

	while (!TRY(wait.look())) {
		const auto left = duration_cast<milliseconds>(end - steady_clock::now()).count();

		if (seconds && left <= 0)
			return Error{ETIMEDOUT, wait.missing()};
		TRY(loop.run_once(seconds ? static_cast<int>(left) + 1 : -1));
	}
	return {};
}

} // namespace portctl
