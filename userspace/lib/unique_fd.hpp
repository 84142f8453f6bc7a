// SPDX-License-Identifier: GPL-2.0-or-later
//
// UniqueFd: the owner of one file descriptor. A plain int fd elsewhere is
// borrowed for the length of a call.

#pragma once

#include <unistd.h>

#include <utility>

namespace gatehouse {

// Owns an open file descriptor or nothing (-1); closes it when it goes.
class UniqueFd
{
public:
	UniqueFd() = default;
	explicit UniqueFd(int fd) : fd_(fd) {}
	UniqueFd(UniqueFd &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
	UniqueFd &operator=(UniqueFd &&other) noexcept
	{
		std::swap(fd_, other.fd_);
		return *this;
	}
	~UniqueFd() { reset(); }

	int get() const { return fd_; }
	explicit operator bool() const { return fd_ >= 0; }

	void reset()
	{
		if (fd_ >= 0)
			close(std::exchange(fd_, -1));
	}

private:
	int fd_ = -1;
};

} // namespace gatehouse
