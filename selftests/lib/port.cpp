// SPDX-License-Identifier: GPL-2.0-or-later

#include "port.hpp"

#include <unistd.h>

#include <optional>

#include "file.hpp"
#include "host.hpp"
#include "pattern.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

// More than any driver should take from a writer whose reader has stopped.
constexpr size_t kFillMax = 64 << 20;

// A walk of sysfs rather than PortList, which asks udev and looks through /proc
// for who holds each port: the tests ask often.
std::optional<Port> look_up(std::string_view name)
{
	for (const std::string &port_class : kPortClasses) {
		const std::string folder = "/sys/class/" + port_class;
		const auto ids = sys::list_directory(folder);
		if (!ids.ok())
			continue; // no such class here
		for (const std::string &id : ids.value()) {
			const auto found = read_file(folder + "/" + id + "/name");
			if (found.ok() && found.value() == name)
				return read_port("", folder + "/" + id);
		}
	}
	return {};
}

} // namespace

Port find_port(std::string_view name)
{
	std::optional<Port> port;
	if (!eventually([&] { return (port = look_up(name)).has_value(); }))
		fail(fmt::format("there is no port {}", name));
	return *port;
}

bool has_port(std::string_view name)
{
	return look_up(name).has_value();
}

void wait_host(std::string_view name, HostState state)
{
	const bool seen = eventually([&] {
		const auto port = look_up(name);
		return port && port->host == state;
	});
	if (!seen)
		fail(fmt::format("{}: the guest never saw its host {}", name,
				 state == HostState::Connected ? "connect" : "go away"));
}

std::string wait_console(const std::string &folder)
{
	std::string name;
	const bool seen = eventually([&] {
		auto text = read_file(folder + "/console");
		if (text.ok())
			name = text.take();
		return !name.empty();
	});
	if (!seen)
		fail(folder + " is no console");
	return "/dev/" + name;
}

UniqueFd try_open(const Port &port, int flags)
{
	return UniqueFd(::open(("/dev/" + port.id).c_str(), flags | O_CLOEXEC));
}

short poll_now(int fd)
{
	pollfd one = {.fd = fd, .events = POLLIN | POLLOUT, .revents = 0};
	ASSERT_CALL(poll(&one, 1, 0));
	return one.revents;
}

OpenPort::OpenPort(int flags, std::string_view name) : port_(find_port(name))
{
	// What the reset before this case changed may still be on its way.
	wait_host(name, HostState::Away);
	fd_ = try_open(port_, flags);
	ASSERT_CALL(fd());
}

void OpenPort::connect() const
{
	host::connect(name());
	wait_host(name(), HostState::Connected);
}

void OpenPort::disconnect() const
{
	host::disconnect(name());
	wait_host(name(), HostState::Away);
}

std::string OpenPort::read(size_t size) const
{
	std::string data(size, '\0');
	data.resize(ASSERT_CALL(::read(fd(), data.data(), size)));
	return data;
}

std::string OpenPort::read_all(size_t size) const
{
	std::string data;
	while (data.size() < size) {
		wait_for(POLLIN);
		const std::string piece = read(size - data.size());
		if (piece.empty())
			fail(fmt::format("end of data after {} of {} bytes", data.size(), size));
		data += piece;
	}
	return data;
}

void OpenPort::wait_for(short events) const
{
	ASSERT_EVENTUALLY((poll_now(fd()) & events) == events);
}

// What the port has taken moves on into QEMU and the host's socket: it is full
// when it still is after they have settled.
size_t OpenPort::fill(uint64_t seed) const
{
	const std::string data = pattern(seed, kFillMax);
	size_t written = 0;
	bool settled = false;
	while (written < data.size()) {
		const ssize_t n = ::write(fd(), data.data() + written, data.size() - written);
		if (n < 0 && errno == EAGAIN) {
			if (settled)
				return written;
			host::settle();
			settled = true;
			continue;
		}
		written += ASSERT_CALL(n);
		settled = false;
	}
	fail("a port without a reader never fills up");
}

long OpenPort::write_until_error(std::string_view data) const
{
	ssize_t n;
	do
		n = ::write(fd(), data.data(), data.size());
	while (n >= 0);
	return n;
}

void OpenPort::expect_carries() const
{
	EXPECT_EQ(ASSERT_CALL(::write(fd(), "there", 5)), 5);
	EXPECT_EQ(host::recv(name(), 5), "there");
	host::send(name(), "back");
	EXPECT_EQ(read_all(4), "back");
}

} // namespace gatehouse::test
