// SPDX-License-Identifier: GPL-2.0-or-later

#include "port_stream.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gatehouse/virtio_serial.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/time.h>

#include <cerrno>
#include <cmath>

#include "output.hpp"
#include "syscall.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// Interrupts a system call after some time, by SIGALRM.
class Alarm
{
public:
	explicit Alarm(std::optional<double> seconds)
	{
		struct sigaction action = {};

		if (!seconds)
			return;
		action.sa_handler = [](int) {};
		sigaction(SIGALRM, &action, nullptr);
		set(*seconds);
	}

	~Alarm() { set(0); }
	Alarm(const Alarm &) = delete;

private:
	// Again and again: the first may come before the call.
	static void set(double seconds)
	{
		itimerval timer = {};

		timer.it_value.tv_sec = static_cast<time_t>(seconds);
		timer.it_value.tv_usec =
			std::lround((seconds - std::floor(seconds)) * 1e6) % 1000000;
		timer.it_interval.tv_usec = seconds > 0 ? 10000 : 0;
		setitimer(ITIMER_REAL, &timer, nullptr);
	}
};

} // namespace

Result<UniqueFd> open_port(const Port &port, int flags)
{
	auto fd = sys::open(port.node, flags | O_NONBLOCK);

	if (fd.failed_with(EBUSY) && port.holder)
		return Error{0, fmt::format("{} is busy: {} has it open",
					    output::escape(port.label()), port.holder->text())};
	if (fd.failed_with(EBUSY))
		return Error{0, fmt::format("{} is busy: another process has it open; root sees "
					    "which, with 'portctl list'",
					    output::escape(port.label()))};
	if (fd.failed_with(EACCES))
		return Error{0, fmt::format("{}: permission denied: be root, or let a udev rule "
					    "give your group the port",
					    port.node)};
	if (fd.failed_with(ENXIO))
		return Error{0, fmt::format("{} can't be opened: it is a console, or being "
					    "unplugged",
					    output::escape(port.label()))};
	return fd;
}

PortStream::PortStream(std::string label, UniqueFd fd, EventLoop loop,
		       EventLoop::Registration registration)
	: label_(std::move(label)), fd_(std::move(fd)), loop_(std::move(loop)),
	  registration_(std::move(registration))
{}

Result<PortStream> PortStream::open(const std::string &word, int flags)
{
	const PortList list = TRY(PortList::scan(system_root()));
	const Port port = TRY(list.find(word));
	UniqueFd fd = TRY(open_port(port, flags));
	EventLoop loop = TRY(EventLoop::create());
	auto registration = TRY(loop.watch(fd.get(), EPOLLIN | EPOLLOUT | EPOLLET,
					   [](uint32_t) { return Result<void>(); }));

	return PortStream(output::escape(port.label()), std::move(fd), std::move(loop),
			  std::move(registration));
}

Result<size_t> PortStream::read(std::span<char> buffer)
{
	return sys::read(fd_.get(), buffer, label_);
}

Result<size_t> PortStream::write(std::string_view data)
{
	return sys::write(fd_.get(), data, label_);
}

Result<bool> PortStream::host_connected()
{
	return !(TRY(sys::poll(fd_.get(), 0, 0, label_)) & POLLHUP);
}

Result<std::optional<Connection>> PortStream::connection()
{
	vser_port_info info = {};

	info.size = sizeof(info);
	auto asked = sys::ioctl(fd_.get(), VSER_PORT_GET_INFO, &info, label_);
	if (asked.failed_with(ENOTTY))
		return std::optional<Connection>();
	TRY(std::move(asked));
	return std::optional(
		Connection{info.generation, (info.state & VSER_PORT_HOST_CONNECTED) != 0});
}

Result<void> PortStream::wait_for_host(std::optional<double> seconds)
{
	while (!TRY(host_connected()))
		TRY(wait(seconds));
	return {};
}

Result<void> PortStream::sync(std::optional<double> seconds)
{
	const Alarm alarm(seconds);
	auto synced = sys::fsync(fd_.get(), label_);

	if (synced.failed_with(EINTR))
		return Error{ETIMEDOUT, fmt::format("wait for the host at '{}' to read", label_)};
	return synced;
}

Result<void> PortStream::become(int number)
{
	const int flags = TRY(sys::fcntl(fd_.get(), F_GETFL, 0, label_));

	TRY(sys::fcntl(fd_.get(), F_SETFL, flags & ~O_NONBLOCK, label_));
	return sys::dup2(fd_.get(), number, label_);
}

Result<void> PortStream::wait(std::optional<double> seconds)
{
	const int timeout_ms = seconds ? static_cast<int>(*seconds * 1000) : -1;

	if (!TRY(loop_.run_once(timeout_ms)))
		return Error{ETIMEDOUT, fmt::format("wait for the host at '{}'", label_)};
	return {};
}

} // namespace portctl
