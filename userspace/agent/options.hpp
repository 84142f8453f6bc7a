// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the command line asks for, in the words of QEMU's agent.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "cli.hpp"
#include "result.hpp"

namespace agent {

enum class Method { VirtioSerial, UnixListen };

struct Options {
	Method method = Method::VirtioSerial;
	std::string path;
	std::string log_file; // "": the kernel's log
	bool verbose = false;
	bool daemonize = false;
	std::set<std::string, std::less<>> allowed; // empty: all
	std::set<std::string, std::less<>> blocked;

	bool allows(std::string_view command) const;
};

// An Error is one of usage.
gatehouse::Result<Options> read_options(const gatehouse::cli::Args &args);

} // namespace agent
