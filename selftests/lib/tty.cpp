// SPDX-License-Identifier: GPL-2.0-or-later

#include "tty.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "test.hpp"

namespace gatehouse::test {

Tty::Tty(const std::string &path, TtyMode mode, int flags)
	: fd_(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | flags))
{
	ASSERT_CALL(fd_.get());
	termios settings = {};
	ASSERT_CALL(tcgetattr(fd(), &settings));
	if (mode == TtyMode::Raw) {
		cfmakeraw(&settings);
	} else {
		settings.c_iflag = ICRNL | IXON;
		settings.c_oflag = OPOST | ONLCR;
		settings.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | IEXTEN;
	}
	ASSERT_CALL(tcsetattr(fd(), TCSANOW, &settings));
}

void Tty::write(std::string_view data) const
{
	while (!data.empty())
		data.remove_prefix(ASSERT_CALL(::write(fd(), data.data(), data.size())));
}

std::string Tty::read_all(size_t size) const
{
	std::string data;
	while (data.size() < size) {
		char buffer[4096];
		wait_for(POLLIN);
		const size_t want = std::min(sizeof(buffer), size - data.size());
		const long n = ASSERT_CALL(::read(fd(), buffer, want));
		if (!n)
			fail("end of file on a tty");
		data.append(buffer, n);
	}
	return data;
}

std::string Tty::read_line() const
{
	char buffer[4096];
	wait_for(POLLIN);
	return std::string(buffer, ASSERT_CALL(::read(fd(), buffer, sizeof(buffer))));
}

winsize Tty::size() const
{
	winsize size = {};
	ASSERT_CALL(ioctl(fd(), TIOCGWINSZ, &size));
	return size;
}

void Tty::wait_for(short events) const
{
	pollfd entry = {.fd = fd(), .events = events, .revents = 0};
	ASSERT_EVENTUALLY(poll(&entry, 1, 0) == 1 && entry.revents & events);
}

} // namespace gatehouse::test
