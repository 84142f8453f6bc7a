// SPDX-License-Identifier: GPL-2.0-or-later
//
// Freezer: the one freeze that hosts may have. A timer of the event loop gives it
// time for as long as the agent lives; the kernel ends it when it does not. From
// before the freeze to after the thaw the log is held, and nothing here opens a
// file or waits without a bound.

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "event_loop.hpp"
#include "freezefd.hpp"
#include "log.hpp"
#include "result.hpp"

namespace agent {

class Freezer
{
public:
	// Both outlive it.
	Freezer(gatehouse::EventLoop &loop, Log &log) : loop_(loop), log_(log) {}

	// Is there a module to freeze with?
	bool is_possible() const;

	bool is_frozen();

	// Freezes what is mounted at these paths, or all. How many filesystems that
	// were; an Error when none is frozen. Waits 10 s at most, and not when a
	// signal ends the agent.
	gatehouse::Result<size_t> freeze(std::span<const std::string> paths);

	// How many were thawed. An Error when the freeze had been lost, once. Waits
	// 2 s at most.
	gatehouse::Result<size_t> thaw();

private:
	gatehouse::Result<size_t> freeze_set();
	gatehouse::Result<fs_freeze_status> settle(std::chrono::milliseconds patience,
						   const char *what);
	gatehouse::Result<void> arm();
	gatehouse::Result<void> beat();
	void look();
	std::string why_lost(uint32_t lost) const;

	gatehouse::EventLoop &loop_;
	Log &log_;
	std::optional<gatehouse::FreezeFd> set_; // until it is thawed, whoever thaws it
	size_t frozen_ = 0;			 // its filesystems, as the host knows
	std::chrono::milliseconds deadline_{};	 // of set_
	std::string lost_;			 // why it was; told by the next thaw
	gatehouse::EventLoop::Registration next_beat_;
};

} // namespace agent
