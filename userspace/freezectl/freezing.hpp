// SPDX-License-Identifier: GPL-2.0-or-later
//
// Freezing: a set that is frozen while this lives, made as a verb's options say.
// It waits in the caller's event loop, so that a signal or the end of a command
// is heard in between.

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli.hpp"
#include "event_loop.hpp"
#include "freezefd.hpp"
#include "result.hpp"
#include "targets.hpp"

namespace freezectl {

class Freezing
{
public:
	// Opens the set; nothing is frozen yet. Refuses one with a filesystem that
	// our own output goes to.
	static gatehouse::Result<Freezing> create(gatehouse::EventLoop &loop,
						  std::vector<Target> targets,
						  const gatehouse::cli::Args &args);

	// Returns when all is frozen, or, as an Error, when nothing is; a handler
	// of the loop that fails ends it, too. Tells on stderr when it takes long.
	gatehouse::Result<void> freeze();

	// Returns when all is thawed; an Error with kLost if it was before.
	gatehouse::Result<void> thaw();

	// Is it lost? An Error with kLost, once.
	gatehouse::Result<void> check();

private:
	using Clock = std::chrono::steady_clock;

	Freezing(gatehouse::EventLoop &loop, std::vector<Target> targets, gatehouse::FreezeFd set,
		 gatehouse::EventLoop::Registration changes, bool quiet);

	gatehouse::Error why_failed(int code) const;
	void tell_progress(const fs_freeze_status &status, Clock::time_point start);

	gatehouse::EventLoop &loop_;
	std::vector<Target> targets_;
	gatehouse::FreezeFd set_;
	gatehouse::EventLoop::Registration changes_; // of set_ in loop_; ends first
	bool quiet_;
	bool lost_ = false; // and told
};

} // namespace freezectl
