// SPDX-License-Identifier: GPL-2.0-or-later
//
// Pty: a pseudo terminal for a program that wants a serial line: raw, so that
// bytes pass as they are. Both its ends are open as long as the object lives:
// a program may open and close path() as it likes.

#pragma once

#include <string>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse {

class Pty
{
public:
	// With a link that leads to it, unless that is "". An older link of that
	// name is replaced, anything else is an error.
	static Result<Pty> create(std::string link);

	Pty(Pty &&other) noexcept = default;
	~Pty(); // removes the link

	// Non-blocking.
	int fd() const { return master_.get(); }

	const std::string &path() const { return path_; }

private:
	Pty(UniqueFd master, UniqueFd slave, std::string path);

	UniqueFd master_;
	UniqueFd slave_;
	std::string path_;
	std::string link_;
};

} // namespace gatehouse
