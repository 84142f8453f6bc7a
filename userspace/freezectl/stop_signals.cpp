// SPDX-License-Identifier: GPL-2.0-or-later

#include "stop_signals.hpp"

#include <signal.h>

#include <array>
#include <cerrno>

namespace freezectl {

using namespace gatehouse;

Result<void> StopSignals::catch_in(EventLoop &loop)
{
	constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

	registration_ =
		TRY(loop.signals(kSignals, [this](const signalfd_siginfo &info) -> Result<void> {
			caught_ = static_cast<int>(info.ssi_signo);
			return Error{EINTR, "freezectl"};
		}));
	return {};
}

} // namespace freezectl
