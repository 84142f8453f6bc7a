// SPDX-License-Identifier: GPL-2.0-or-later
//
// A program run as a user does.

#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

#include "unit.hpp"

namespace unit {

// What has come of a command of the shell.
struct Run {
	int status;
	std::string output; // stdout and stderr, as they came
};

inline Run run(const std::string &command)
{
	std::array<char, 4096> buffer;
	std::string output;
	FILE *pipe = popen((command + " 2>&1").c_str(), "r");

	assert_non_null(pipe);
	while (const size_t n = fread(buffer.data(), 1, buffer.size(), pipe))
		output.append(buffer.data(), n);
	return {WEXITSTATUS(pclose(pipe)), output};
}

} // namespace unit
