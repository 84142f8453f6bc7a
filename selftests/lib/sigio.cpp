// SPDX-License-Identifier: GPL-2.0-or-later

#include "sigio.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <ctime>

#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr int kEventually = 10; // seconds

std::optional<siginfo_t> take(int number, time_t seconds)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, number);
	siginfo_t info = {};
	const timespec timeout = {.tv_sec = seconds, .tv_nsec = 0};
	if (sigtimedwait(&set, &info, &timeout) < 0)
		return {};
	return info;
}

const char *code_name(int code)
{
	switch (code) {
	case POLL_IN:
		return "POLL_IN";
	case POLL_OUT:
		return "POLL_OUT";
	case POLL_HUP:
		return "POLL_HUP";
	default:
		return "another code";
	}
}

// The bits that go with a code, and those that must not.
void check_band(const siginfo_t &info)
{
	const long band = info.si_band;
	switch (info.si_code) {
	case POLL_IN:
		EXPECT_EQ(band & (POLLIN | POLLOUT | POLLHUP), POLLIN);
		break;
	case POLL_OUT:
		EXPECT_EQ(band & (POLLIN | POLLOUT | POLLHUP), POLLOUT);
		break;
	case POLL_HUP:
		EXPECT_EQ(band & (POLLOUT | POLLHUP), POLLHUP);
		break;
	}
}

} // namespace

Sigio::Sigio(int fd, int number) : fd_(fd), number_(number)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_BLOCK, &set, nullptr);
	ASSERT_CALL(fcntl(fd, F_SETSIG, number));
	ASSERT_CALL(fcntl(fd, F_SETOWN, getpid()));
	ASSERT_CALL(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
}

siginfo_t Sigio::next() const
{
	const auto info = take(number_, kEventually * patience());
	if (!info)
		fail("no signal came");
	return *info;
}

void Sigio::expect(int code) const
{
	for (;;) {
		const auto info = take(number_, kEventually * patience());
		if (!info)
			fail(fmt::format("no signal with {} came", code_name(code)));
		EXPECT_EQ(info->si_fd, fd_);
		check_band(*info);
		if (info->si_code == code)
			return;
		note(fmt::format("waiting for {}, passing over {}", code_name(code),
				 code_name(info->si_code)));
	}
}

std::optional<siginfo_t> Sigio::pending() const
{
	return take(number_, 0);
}

void Sigio::clear() const
{
	while (pending())
		;
}

} // namespace gatehouse::test
