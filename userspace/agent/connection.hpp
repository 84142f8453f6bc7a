// SPDX-License-Identifier: GPL-2.0-or-later
//
// Connection: a descriptor in the event loop, with the session on it. Some steps
// of the session a turn, so that a host that never stops asking keeps nobody
// else waiting: signals, timers.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "event_loop.hpp"
#include "session.hpp"
#include "unique_fd.hpp"

namespace agent {

class Connection
{
public:
	// The host has gone. May destroy the connection.
	using EndHandler = std::function<gatehouse::Result<void>()>;

	// fd does not block. The first turn is the loop's.
	static gatehouse::Result<std::unique_ptr<Connection>>
	create(gatehouse::EventLoop &loop, Agent &agent, gatehouse::UniqueFd fd, std::string label,
	       EndHandler on_end);

	Connection(const Connection &) = delete;

	Session &session() { return session_; }

private:
	Connection(gatehouse::EventLoop &loop, Agent &agent, gatehouse::UniqueFd fd,
		   std::string label, EndHandler on_end);

	gatehouse::Result<void> turn();

	gatehouse::EventLoop &loop_;
	gatehouse::UniqueFd fd_;
	Session session_;
	EndHandler on_end_;
	gatehouse::EventLoop::Registration events_, next_turn_;
};

} // namespace agent
