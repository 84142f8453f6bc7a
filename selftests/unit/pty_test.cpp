// SPDX-License-Identifier: GPL-2.0-or-later

#include "pty.hpp"

#include <fcntl.h>

#include <cerrno>
#include <optional>

#include "file.hpp"
#include "syscall.hpp"
#include "unit.hpp"

using namespace gatehouse;

static std::string read_now(int fd)
{
	char buffer[64];
	auto got = sys::read(fd, buffer, "pty");

	return got.ok() ? std::string(buffer, got.value()) : "";
}

static void bytes_pass_as_they_are(void **)
{
	const Pty pty = unit::expect_ok(Pty::create(""));
	const std::string bytes("a\r\n\x03\x04\0\xff", 7);
	const UniqueFd line = unit::expect_ok(sys::open(pty.path(), O_RDWR | O_NOCTTY));

	unit::expect_ok(write_all(pty.fd(), bytes, "master"));
	assert_true(read_now(line.get()) == bytes);
	unit::expect_ok(write_all(line.get(), bytes, "line"));
	assert_true(read_now(pty.fd()) == bytes);
}

static void programs_may_come_and_go(void **)
{
	const Pty pty = unit::expect_ok(Pty::create(""));

	for (int round = 0; round < 2; round++) {
		const UniqueFd line = unit::expect_ok(sys::open(pty.path(), O_RDWR | O_NOCTTY));
		unit::expect_ok(write_all(line.get(), "x", "line"));
		assert_true(read_now(pty.fd()) == "x");
	}
	char byte;
	assert_true(sys::read(pty.fd(), {&byte, 1}, "master").failed_with(EAGAIN));
}

static void the_link_is_made_and_goes(void **)
{
	const unit::Folder folder;
	const std::string link = folder.path() + "/modem";
	{
		const Pty pty = unit::expect_ok(Pty::create(link));
		assert_string_equal(unit::expect_ok(sys::readlink(link)).c_str(),
				    pty.path().c_str());
	}
	assert_true(sys::readlink(link).failed_with(ENOENT));
	folder.write("modem", "a file");
	assert_true(Pty::create(link).failed_with(EEXIST));
}

static void who_took_the_link_keeps_it(void **)
{
	const unit::Folder folder;
	const std::string link = folder.path() + "/modem";
	std::optional<Pty> first = unit::expect_ok(Pty::create(link));
	const Pty second = unit::expect_ok(Pty::create(link));

	first.reset();
	assert_string_equal(unit::expect_ok(sys::readlink(link)).c_str(), second.path().c_str());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(bytes_pass_as_they_are),
	cmocka_unit_test(programs_may_come_and_go),
	cmocka_unit_test(the_link_is_made_and_goes),
	cmocka_unit_test(who_took_the_link_keeps_it),
};

UNIT_MAIN(kTests)
