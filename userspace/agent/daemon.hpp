// SPDX-License-Identifier: GPL-2.0-or-later
//
// Into the background, for an init that wants it so. The command returns when
// the agent is ready, or has failed. And what ends it there.

#pragma once

#include <signal.h>

#include <array>

#include "result.hpp"
#include "unique_fd.hpp"

namespace agent {

// What ends the agent: it thaws, and its exit status is 0.
inline constexpr std::array kStopSignals = {SIGINT, SIGTERM};

// Returns in a new process; the one before waits until the descriptor is
// written to, and is done then, or is closed, and has failed then.
gatehouse::Result<gatehouse::UniqueFd> detach();

// Ready: lets the command return. Nothing is said on its terminal any more.
gatehouse::Result<void> finish_detaching(gatehouse::UniqueFd waiter);

} // namespace agent
