// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel says while programs run, searched for what it must not say.

#pragma once

#include <regex.h>

#include <optional>
#include <string>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

// From the moment it was made. Used by one thread.
class KernelLog
{
public:
	// The pattern is the runner's: selftests/vm/splat.py.
	static Result<KernelLog> create();

	// The first line since the last call that says that something is wrong.
	std::optional<std::string> splat();

private:
	KernelLog(UniqueFd fd, regex_t pattern) : fd_(std::move(fd)), pattern_(pattern) {}

	UniqueFd fd_;
	regex_t pattern_; // lives as long as the process
};

} // namespace gatehouse::stress
