// SPDX-License-Identifier: GPL-2.0-or-later
//
// Sigio: asks a port for signals and waits for them, without a handler: the
// signal is blocked and taken by sigtimedwait(2), so each one is seen with its
// siginfo and none interrupts the test.

#pragma once

#include <csignal>
#include <optional>

namespace gatehouse::test {

// Made on the test's main thread before any Worker, so that all threads block
// the signal.
class Sigio
{
public:
	// Arms the fd: a queued signal with siginfo to this process.
	explicit Sigio(int fd, int number = SIGRTMIN + 3);

	// The next signal's siginfo; ends the case when none comes.
	siginfo_t next() const;

	// Waits for a signal with this si_code (POLL_IN, POLL_OUT, POLL_HUP),
	// passing over others, and checks its fd and band.
	void expect(int code) const;

	// Takes whatever is pending now.
	std::optional<siginfo_t> pending() const;
	void clear() const;

private:
	const int fd_;
	const int number_;
};

} // namespace gatehouse::test
