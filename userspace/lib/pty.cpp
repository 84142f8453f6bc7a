// SPDX-License-Identifier: GPL-2.0-or-later

#include "pty.hpp"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "syscall.hpp"

namespace gatehouse {

namespace {

Result<void> make_raw(int fd)
{
	termios settings;

	if (tcgetattr(fd, &settings) < 0)
		return Error{errno, "tcgetattr"};
	cfmakeraw(&settings);
	if (tcsetattr(fd, TCSANOW, &settings) < 0)
		return Error{errno, "tcsetattr"};
	return {};
}

} // namespace

Pty::Pty(UniqueFd master, UniqueFd slave, std::string path)
	: master_(std::move(master)), slave_(std::move(slave)), path_(std::move(path))
{}

Pty::~Pty()
{
	// Another may have made it its own meanwhile.
	if (master_ && !link_.empty() && sys::readlink(link_).ok() &&
	    sys::readlink(link_).value() == path_)
		unlink(link_.c_str());
}

Result<Pty> Pty::create(std::string link)
{
	UniqueFd master = TRY(sys::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK));
	std::array<char, PATH_MAX> name;

	if (grantpt(master.get()) || unlockpt(master.get()) ||
	    ptsname_r(master.get(), name.data(), name.size()))
		return Error{errno, "make a pseudo terminal"};
	UniqueFd slave = TRY(sys::open(name.data(), O_RDWR | O_NOCTTY));
	TRY(make_raw(slave.get()));
	Pty pty(std::move(master), std::move(slave), name.data());

	if (link.empty())
		return pty;
	if (sys::readlink(link).ok())
		unlink(link.c_str());
	if (symlink(name.data(), link.c_str()) < 0)
		return Error{errno, "link '" + link + "'"};
	pty.link_ = std::move(link);
	return pty;
}

} // namespace gatehouse
