// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl watch: events of ports, as they come.

#include "watch.hpp"

#include <chrono>

#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

Result<void> watch(const cli::Args &args)
{
	const WatchLog log(args.flag("--json") ? WatchLog::Format::Json : WatchLog::Format::Text);
	const auto timeout = args.seconds("--timeout");
	EventLoop loop = TRY(EventLoop::create());
	EventLoop::Registration timer;

	if (timeout) {
		const auto after = std::chrono::duration<double>(*timeout);
		timer = TRY(loop.timer(std::chrono::duration_cast<std::chrono::nanoseconds>(after),
				       [&loop]() -> Result<void> {
					       loop.stop();
					       return {};
				       }));
	}
	if (args.words().empty())
		return watch_all(loop, log);
	return watch_ports(loop, log, args.words(), args.flag("--read") ? Data::Read : Data::Leave);
}

} // namespace portctl
