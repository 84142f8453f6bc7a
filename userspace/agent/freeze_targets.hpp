// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a host means by a freeze: which filesystems, and in what order.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "freezefd.hpp"
#include "result.hpp"

namespace agent {

// The filesystems on block devices that have a freeze, each once however often it
// is mounted. paths: only those mounted at one of these; empty: all. A path that
// is no mount point is none, as with QEMU's agent.
gatehouse::Result<std::vector<gatehouse::FreezeDevice::Target>>
freeze_targets(std::span<const std::string> paths);

} // namespace agent
