// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stream sockets by a word of the command line: unix:PATH, tcp:HOST:PORT,
// tcp:[IPV6]:PORT. All of them non-blocking once they are connected.

#pragma once

#include <string>
#include <string_view>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse {

struct SocketAddress {
	std::string path;	   // unix, when not empty
	std::string host, service; // TCP

	// Nothing else is looked up or opened here.
	static Result<SocketAddress> parse(std::string_view word);

	// The word again.
	std::string text() const;
};

// Waits until it is connected, or can't be.
Result<UniqueFd> connect_socket(const SocketAddress &address);

// Takes connections, one waiting. A unix socket's file goes with the object; one
// that a dead process left is replaced.
class Listener
{
public:
	static Result<Listener> create(const SocketAddress &address);

	Listener(Listener &&other) noexcept = default;
	~Listener();

	int fd() const { return fd_.get(); }

	// EAGAIN: nobody is there.
	Result<UniqueFd> accept() const;

private:
	Listener(UniqueFd fd, SocketAddress address);

	UniqueFd fd_;
	SocketAddress address_;
};

} // namespace gatehouse
