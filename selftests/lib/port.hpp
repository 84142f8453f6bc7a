// SPDX-License-Identifier: GPL-2.0-or-later
//
// The guest's end of a port for a test: found by its name, opened, and asked
// about. Works over our driver and the stock one.

#pragma once

#include <fcntl.h>
#include <poll.h>

#include <string>
#include <string_view>

#include "ports.hpp"
#include "unique_fd.hpp"

namespace gatehouse::test {

// The port most tests use; vm.toml has it in every topology that they run in.
constexpr std::string_view kPort = "org.gatehouse.test.0";

// Machines that reach that port in different ways: for a case that goes through
// all of the driver that meets the transport.
constexpr std::string_view kTransports = "basic,legacy,packed,vectors,mmio";

// Waits until a port of that name is there.
Port find_port(std::string_view name = kPort);

// Is there a port of that name now?
bool has_port(std::string_view name);

// Waits until the guest knows that the host's end is there, or away.
void wait_host(std::string_view name, HostState state);

// /dev/hvcN of a port that is a console, by its folder in sysfs; waits for it.
std::string wait_console(const std::string &folder);

// open(2) of the port's node; the caller looks at errno.
UniqueFd try_open(const Port &port, int flags = O_RDWR);

// poll(2) without waiting, for IN and OUT.
short poll_now(int fd);

// An open port. The constructors end the case when they can't have what they
// are told: the host's end is away, or connected, when they return.
class OpenPort
{
public:
	explicit OpenPort(int flags = O_RDWR, std::string_view name = kPort);

	int fd() const { return fd_.get(); }
	const Port &port() const { return port_; }
	const std::string &name() const { return port_.name; }

	// The host's end comes or goes; returns when the guest knows.
	void connect() const;
	void disconnect() const;

	// What one read(2) gives; "" also at the end. Ends the case on an error.
	std::string read(size_t size) const;

	// Waits for data and reads until this much is there.
	std::string read_all(size_t size) const;

	// Waits until poll(2) says these events.
	void wait_for(short events) const;

	// Writes the stream of seed until the port takes no more; returns how
	// much it took. The fd must be O_NONBLOCK, the host paused or away.
	size_t fill(uint64_t seed) const;

	// Writes this again and again until a write(2) fails: what that one
	// returned, with its errno. For a Worker whose port goes away.
	long write_until_error(std::string_view data) const;

	// A few bytes each way.
	void expect_carries() const;

	void close() { fd_.reset(); }

private:
	Port port_;
	UniqueFd fd_;
};

// An open port whose host's end is there.
class ConnectedPort : public OpenPort
{
public:
	explicit ConnectedPort(int flags = O_RDWR, std::string_view name = kPort)
		: OpenPort(flags, name)
	{
		connect();
	}
};

} // namespace gatehouse::test
