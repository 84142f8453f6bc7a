// SPDX-License-Identifier: GPL-2.0-or-later
//
// freezectl run: freezes, runs a command, thaws. The freeze ends with us, however
// we end, also if the command goes on.

#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <optional>

#include "command.hpp"
#include "freezing.hpp"
#include "stop_signals.hpp"
#include "syscall.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

// Until the command ends. A freeze that is lost meanwhile is told at once.
Result<void> wait_for(const Command &command, EventLoop &loop, Freezing &freezing)
{
	while (!command.has_ended()) {
		TRY(loop.run_once(-1));
		if (auto lost = freezing.check(); !lost.ok())
			fmt::print(stderr, "freezectl: {}\n", lost.error().attempted);
	}
	return {};
}

Result<void> run_frozen(Command &command, const cli::Args &args, StopSignals &stop)
{
	EventLoop loop = TRY(EventLoop::create());
	TRY(stop.catch_in(loop));
	Freezing freezing =
		TRY(Freezing::create(loop, TRY(find_targets(args.words_before_dashes())), args));

	TRY(freezing.freeze());
	auto started = command.start(loop);
	auto waited = started.ok() ? wait_for(command, loop, freezing) : Result<void>();
	// Ours to thaw, whatever came of the command; then its errors.
	auto thawed = stop.caught() ? Result<void>() : freezing.thaw();
	TRY(std::move(started));
	TRY(std::move(waited));
	return thawed;
}

} // namespace

Result<void> run(const cli::Args &args)
{
	if (args.words_behind_dashes().empty() || args.words_before_dashes().empty())
		return cli::usage_error("run: say what to freeze and what to run: "
					"freezectl run MOUNT... -- COMMAND [ARGUMENT...]");
	Command command = TRY(Command::find(args.words_behind_dashes()));
	StopSignals stop;

	auto done = run_frozen(command, args, stop);
	if (stop.caught()) {
		command.signal(stop.caught());
		sys::die_by(stop.caught());
	}
	TRY(std::move(done));
	return command.status() ? Result<void>(cli::exit_error(command.status(), ""))
				: Result<void>();
}

} // namespace freezectl
