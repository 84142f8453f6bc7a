// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the agent gives up before it listens to a host, and what keeps it alive
// on a machine whose filesystems it freezes.

#pragma once

#include "log.hpp"

namespace agent {

// No core file, no tracer, all memory locked, only the capabilities below, no
// system call that the agent has no business with. What can't be done, as by a
// user who is not root, is logged and no failure.
//
// Capabilities that are kept, also for a program that is run (shutdown):
// SYS_ADMIN to freeze, SYS_TIME to set the clock, SYS_BOOT for shutdown,
// DAC_READ_SEARCH to open mount points, IPC_LOCK for memory to come.
void harden(Log &log);

} // namespace agent
