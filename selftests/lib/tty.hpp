// SPDX-License-Identifier: GPL-2.0-or-later
//
// A console's tty, /dev/hvcN, as a program has it open.

#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>

#include <string>
#include <string_view>

#include "unique_fd.hpp"

namespace gatehouse::test {

// Raw: bytes pass as they are. Cooked: a terminal as getty sets it, with echo.
enum class TtyMode { Raw, Cooked };

class Tty
{
public:
	// Ends the case when it can't be opened. Never the controlling terminal.
	explicit Tty(const std::string &path, TtyMode mode = TtyMode::Raw, int flags = 0);

	int fd() const { return fd_.get(); }

	void write(std::string_view data) const;

	// Waits for this much, and reads it.
	std::string read_all(size_t size) const;

	// One read(2), as a line comes.
	std::string read_line() const;

	winsize size() const;

	// Waits until poll(2) says these events.
	void wait_for(short events) const;

	void close() { fd_.reset(); }

private:
	UniqueFd fd_;
};

} // namespace gatehouse::test
