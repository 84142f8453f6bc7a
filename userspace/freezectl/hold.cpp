// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl hold: freezes until SIGINT, SIGTERM or SIGHUP, which end it well.

#include "freezing.hpp"
#include "output.hpp"
#include "stop_signals.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

// Until it is lost, or a handler fails.
Result<void> hold_until_stopped(EventLoop &loop, Freezing &freezing)
{
	for (;;) {
		TRY(loop.run_once(-1));
		TRY(freezing.check());
	}
}

} // namespace

Result<void> hold(const cli::Args &args)
{
	EventLoop loop = TRY(EventLoop::create());
	StopSignals stop;

	TRY(stop.catch_in(loop));
	Freezing freezing = TRY(Freezing::create(loop, TRY(find_targets(args.words())), args));
	auto held = freezing.freeze();
	if (held.ok())
		held = output::text("frozen\n");
	if (held.ok())
		held = hold_until_stopped(loop, freezing);
	if (!stop.caught())
		return held;
	return freezing.thaw();
}

} // namespace freezectl
