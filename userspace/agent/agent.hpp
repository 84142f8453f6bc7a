// SPDX-License-Identifier: GPL-2.0-or-later
//
// Agent: what the commands of all hosts share, and the one place where a request
// becomes a reply. It knows nothing of how they travel.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "command.hpp"
#include "freezer.hpp"
#include "log.hpp"
#include "options.hpp"

namespace agent {

class Agent
{
public:
	// All outlive it. root is "" but for tests: where /proc, /sys and /etc are.
	Agent(const Options &options, Log &log, Freezer &freezer, std::string root = "")
		: options_(options), log_(log), freezer_(freezer), root_(std::move(root))
	{}

	// The line for a value that has come from the host, "" for none.
	std::string answer(const Json &value);

	// The line for what is no value.
	static std::string refuse(std::string_view why);

	// Why a command must not run now; "" when it may.
	std::string why_disabled(const Command &command);

	std::string path(std::string_view path) const { return root_ + std::string(path); }
	Log &log() { return log_; }
	Freezer &freezer() { return freezer_; }

private:
	const Options &options_;
	Log &log_;
	Freezer &freezer_;
	std::string root_;
};

} // namespace agent
