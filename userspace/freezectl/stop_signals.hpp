// SPDX-License-Identifier: GPL-2.0-or-later
//
// StopSignals: SIGINT, SIGTERM and SIGHUP end what runs in an event loop, so that
// it can be undone first.

#pragma once

#include "event_loop.hpp"
#include "result.hpp"

namespace freezectl {

class StopSignals
{
public:
	// From now on each of them ends the loop's run_once() with an Error EINTR.
	gatehouse::Result<void> catch_in(gatehouse::EventLoop &loop);

	// The first that came; 0: none.
	int caught() const { return caught_; }

private:
	int caught_ = 0;
	gatehouse::EventLoop::Registration registration_;
};

} // namespace freezectl
