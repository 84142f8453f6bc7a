// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is mounted, as the calling process sees it. Any text in it may have been
// chosen by who mounted it.

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace gatehouse {

struct Mount {
	dev_t device = 0; // of the superblock; btrfs and others have a number of their own
	std::string path;
	std::string type;
	std::string source;  // "/dev/vda1", "tmpfs", ...
	std::string options; // of the superblock, as they stand there; for find_option()
};

// Of /proc/PID/mountinfo, in the order in which they were mounted. A line that
// is none is left out.
std::vector<Mount> parse_mounts(std::string_view mountinfo);

// The value of a superblock's "key=value"; nothing when it has none.
std::optional<std::string> find_option(const Mount &mount, std::string_view key);

// root is "" but for tests.
Result<std::vector<Mount>> read_mounts(const std::string &root);

} // namespace gatehouse
