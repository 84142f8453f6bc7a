// SPDX-License-Identifier: GPL-2.0-or-later

#include "daemon.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

Result<UniqueFd> detach()
{
	std::array<int, 2> ends = {};
	std::array<char, 1> ready = {};

	if (pipe2(ends.data(), O_CLOEXEC) < 0)
		return Error{errno, "pipe"};
	const UniqueFd waiting(ends[0]);
	UniqueFd waiter(ends[1]);
	const pid_t child = fork();
	if (child < 0)
		return Error{errno, "fork"};
	if (child > 0) {
		waiter.reset();
		const auto got = sys::read(waiting.get(), ready, "the agent");
		_exit(got.ok() && got.value() ? 0 : 1);
	}
	setsid();
	return waiter;
}

Result<void> finish_detaching(UniqueFd waiter)
{
	const UniqueFd nowhere = TRY(sys::open("/dev/null", O_RDWR));

	for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
		TRY(sys::dup2(nowhere.get(), fd, "/dev/null"));
	TRY(sys::write(waiter.get(), "r", "the command"));
	return {};
}

} // namespace agent
