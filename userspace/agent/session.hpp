// SPDX-License-Identifier: GPL-2.0-or-later
//
// Session: what goes on with one host on one descriptor, which never waits. What
// the host has not read yet is kept, up to a limit; beyond that no further
// command runs. Errors about what is no command are then not kept at all, so
// that garbage, however much of it, never stands before what comes after it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent.hpp"
#include "json_stream.hpp"
#include "result.hpp"

namespace agent {

class Session
{
public:
	enum class Step {
		Moved, // there may be more to do
		Idle,  // nothing until the descriptor has an event
		Ended, // the host has gone
	};

	// The agent outlives it, the descriptor is borrowed for as long.
	Session(Agent &agent, int fd, std::string label);

	// Reads and writes as much as goes at once. An Error is the descriptor's.
	gatehouse::Result<Step> step();

	// For the next host: nothing is left of this one.
	void reset();

private:
	gatehouse::Result<bool> send();
	gatehouse::Result<Step> receive();
	gatehouse::Result<bool> has_left() const;
	bool serve();

	Agent &agent_;
	int fd_;
	std::string label_;
	JsonStream stream_;
	std::vector<char> buffer_;
	std::string_view unread_;     // in buffer_
	std::optional<Json> waiting_; // a command for which the host must read first
	std::string unsent_;
};

} // namespace agent
