// SPDX-License-Identifier: GPL-2.0-or-later
//
// A command to be run: found before anything is frozen, started after, its end
// heard of in an event loop.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "event_loop.hpp"
#include "result.hpp"
#include "unique_fd.hpp"

namespace freezectl {

class Command
{
public:
	// Looks where it is: as the shell, with an Error that exits with 127 if it
	// is nowhere and 126 if it can't be run.
	static gatehouse::Result<Command> find(std::span<const std::string> words);

	// Starts it with our descriptors 0 to 2, and signals as by default.
	gatehouse::Result<void> start(gatehouse::EventLoop &loop);

	bool has_ended() const { return ended_; }

	// Its exit status, as the shell has it; when it has ended.
	int status() const { return status_; }

	void signal(int number) const;

private:
	explicit Command(std::string path, std::vector<std::string> words)
		: path_(std::move(path)), words_(std::move(words))
	{}

	gatehouse::Result<void> collect();

	std::string path_;
	std::vector<std::string> words_;
	pid_t pid_ = -1;
	bool ended_ = false;
	int status_ = 0;
	gatehouse::UniqueFd pidfd_;
	gatehouse::EventLoop::Registration registration_; // of pidfd_; ends first
};

} // namespace freezectl
