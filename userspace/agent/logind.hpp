// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls to systemd-logind over the system's D-Bus, where there is one.

#pragma once

#include <string>

#include "result.hpp"

namespace agent {

// A method of the manager without arguments. Waits for the answer, some seconds
// at most.
gatehouse::Result<void> call_logind(const char *method);

// One that may ask the user, whom we do not let it ask.
gatehouse::Result<void> call_logind_quietly(const char *method);

// What CanSuspend and the like answer: "yes", "no", "na"...; "" without logind.
std::string ask_logind(const char *method);

} // namespace agent
