// SPDX-License-Identifier: GPL-2.0-or-later
//
// What /proc/PID/fdinfo tells of a freeze descriptor: freezefd(4) has the lines.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

struct FreezeFdInfo {
	struct Target {
		dev_t device = 0;
		bool frozen = false;
		int error = 0; // -errno: why its last freeze failed
	};

	uint32_t remaining_ms = 0; // till the deadline; 0: not frozen
	uint64_t cookie = 0;
	std::vector<Target> targets;
};

// Nothing for a text that is of another kind of descriptor.
std::optional<FreezeFdInfo> parse_freeze_fdinfo(std::string_view text);

// A process with a descriptor that holds a filesystem frozen.
struct Freezer {
	pid_t pid = 0;
	std::string comm; // the process's choice: any bytes
	uint32_t remaining_ms = 0;
};

// Of each filesystem that is held; without root only the caller's own processes
// are seen. One process is there once, with its longest deadline. root is "" but
// for tests.
std::map<dev_t, std::vector<Freezer>> find_freezers(const std::string &root);

} // namespace gatehouse
