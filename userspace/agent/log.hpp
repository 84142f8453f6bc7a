// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the agent says what it does. By default that is the kernel's log: it is
// in memory, so a line in it waits for no filesystem and no other process.

#pragma once

#include <string>
#include <string_view>

#include "result.hpp"
#include "unique_fd.hpp"

namespace agent {

enum class Detail { Normal, Verbose };

class Log
{
public:
	// path: a file to append to; "" is the kernel's log, or stderr where that
	// can't be written.
	static gatehouse::Result<Log> open(const std::string &path, Detail detail);

	// Names of commands may be the host's text: what is no ASCII is escaped.
	void debug(std::string_view text);
	void info(std::string_view text);
	void warning(std::string_view text);

	// A file, which stderr may be too, may lie on what is frozen: lines for one
	// are kept from hold() to release(), as many as 64 KiB hold.
	void hold() { held_ = !kernel_; }
	void release();

private:
	Log(gatehouse::UniqueFd fd, bool kernel, Detail detail)
		: fd_(std::move(fd)), kernel_(kernel), detail_(detail)
	{}

	void write(int priority, std::string_view text);

	void put(std::string_view lines);

	gatehouse::UniqueFd fd_; // none: stderr
	bool kernel_;
	bool held_ = false;
	std::string lines_; // held
	Detail detail_;
};

} // namespace agent
