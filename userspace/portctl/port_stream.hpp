// SPDX-License-Identifier: GPL-2.0-or-later
//
// PortStream: an open port, never blocking in read or write, that is waited
// for apart. Waiting goes by the edge: poll() itself returns at once while the
// host is away (POLLHUP can't be masked), an edge-triggered epoll sleeps until
// the driver has news.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "event_loop.hpp"
#include "ports.hpp"
#include "result.hpp"
#include "unique_fd.hpp"

namespace portctl {

// Opens a port O_NONBLOCK. The Error of a busy port names who has it, of a
// forbidden one what to do.
gatehouse::Result<gatehouse::UniqueFd> open_port(const gatehouse::Port &port, int flags);

// One stay of a host's program at a port.
struct Connection {
	uint64_t generation; // another number: the host has left since, and somebody came
	bool connected;
};

// Opens the port and says what the error means.
class PortStream
{
public:
	static gatehouse::Result<PortStream> open(const std::string &word, int flags);

	const std::string &label() const { return label_; }

	// As the driver has them: EAGAIN when there is nothing to do now, a read
	// of 0 while the host is away, ENODEV once the port is unplugged.
	gatehouse::Result<size_t> read(std::span<char> buffer);
	gatehouse::Result<size_t> write(std::string_view data);

	// Is the host's side open now?
	gatehouse::Result<bool> host_connected();

	// The same, and whether it is still the one of before; nothing when the
	// driver, the stock one, does not tell.
	gatehouse::Result<std::optional<Connection>> connection();

	// Sleeps until the host's side is open.
	gatehouse::Result<void> wait_for_host(std::optional<double> seconds);

	// Returns when the device has used all that was written, EIO or ENODEV
	// when it never will, ETIMEDOUT after that many seconds.
	gatehouse::Result<void> sync(std::optional<double> seconds);

	// Makes the descriptor `number`, one that stays open over exec, this port
	// as programs expect it: with calls that wait.
	gatehouse::Result<void> become(int number);

	// What wait() sleeps in: for what else shall end its sleep.
	gatehouse::EventLoop &loop() { return loop_; }

	// Sleeps until the port's state may have changed since the last wait.
	// Fails with ETIMEDOUT after that many seconds.
	gatehouse::Result<void> wait(std::optional<double> seconds);

private:
	PortStream(std::string label, gatehouse::UniqueFd fd, gatehouse::EventLoop loop,
		   gatehouse::EventLoop::Registration registration);

	std::string label_;
	gatehouse::UniqueFd fd_;
	gatehouse::EventLoop loop_;
	gatehouse::EventLoop::Registration registration_; // of fd_ in loop_; ends first
};

} // namespace portctl
