// SPDX-License-Identifier: GPL-2.0-or-later
//
// The filesystems that a command line names, in the order in which they freeze.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "mounts.hpp"
#include "result.hpp"

namespace freezectl {

struct Target {
	gatehouse::Mount mount;
	unsigned int level;
};

// Each word is the path of a mount point. It is an error if one is not, if it
// can't be frozen, and if two are one filesystem.
gatehouse::Result<std::vector<Target>> find_targets(std::span<const std::string> words);

// All filesystems that can be frozen, by one mount point each.
gatehouse::Result<std::vector<Target>> all_targets();

} // namespace freezectl
