// SPDX-License-Identifier: GPL-2.0-or-later

#include "syscall.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "unit.hpp"

using namespace gatehouse;

static void assert_cloexec(const UniqueFd &fd)
{
	assert_int_equal(fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

static void every_fd_is_close_on_exec(void **)
{
	const std::array<int, 1> signals = {SIGUSR2};

	assert_cloexec(unit::expect_ok(sys::open("/dev/null", O_RDWR)));
	assert_cloexec(unit::expect_ok(sys::epoll_create()));
	assert_cloexec(unit::expect_ok(sys::timerfd(std::chrono::seconds(1))));
	assert_cloexec(unit::expect_ok(sys::signalfd(signals)));
}

static void read_and_write_name_the_object(void **)
{
	std::array<char, 4> buffer;

	assert_string_equal(sys::read(-1, buffer, "port").error().message().c_str(),
			    "read 'port': Bad file descriptor");
	assert_string_equal(sys::write(-1, "x", "port").error().message().c_str(),
			    "write 'port': Bad file descriptor");
}

static void pread_starts_where_it_is_told(void **)
{
	const unit::Folder folder;
	std::array<char, 4> buffer;

	folder.write("text", "0123456");
	const UniqueFd fd = unit::expect_ok(sys::open(folder.path() + "/text", O_RDONLY));
	assert_int_equal(unit::expect_ok(sys::pread(fd.get(), buffer, 4, "text")), 3);
	assert_memory_equal(buffer.data(), "456", 3);
}

static void poll_tells_the_state(void **)
{
	const unit::Pipe pipe;

	assert_int_equal(unit::expect_ok(sys::poll(pipe.read_end, POLLIN, 0, "pipe")), 0);
	assert_int_equal(unit::expect_ok(sys::poll(pipe.write_end, POLLOUT, 0, "pipe")), POLLOUT);
}

static void a_directory_is_listed_in_order(void **)
{
	const unit::Folder folder;

	folder.write("b", "");
	folder.write("a", "");
	folder.write("c/d", "");
	const auto names = unit::expect_ok(sys::list_directory(folder.path()));
	assert_true(names == std::vector<std::string>({"a", "b", "c"}));
	assert_true(sys::list_directory(folder.path() + "/none").failed_with(ENOENT));
}

static void a_link_is_read_whole(void **)
{
	const unit::Folder folder;
	const std::string target(1000, 'x');

	folder.link("link", target);
	assert_true(unit::expect_ok(sys::readlink(folder.path() + "/link")) == target);
	assert_true(sys::readlink(folder.path()).failed_with(EINVAL));
}

static void a_program_runs_with_signals_as_by_default(void **)
{
	const std::vector<std::string> words = {"/bin/grep", "-q", "^SigBlk:.*0000000000000000$",
						"/proc/self/status"};
	const std::array blocked = {SIGTERM};
	const UniqueFd signals = unit::expect_ok(sys::signalfd(blocked));
	const auto child = unit::expect_ok(sys::spawn(words));
	int status = -1;

	assert_int_equal(unit::expect_ok(sys::poll(child.fd.get(), POLLIN, 10000, "child")),
			 POLLIN);
	assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
	assert_int_equal(status, 0);
	const std::vector<std::string> none = {"/nowhere"};
	assert_string_equal(sys::spawn(none).error().message().c_str(),
			    "run '/nowhere': No such file or directory");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(every_fd_is_close_on_exec),
	cmocka_unit_test(read_and_write_name_the_object),
	cmocka_unit_test(pread_starts_where_it_is_told),
	cmocka_unit_test(poll_tells_the_state),
	cmocka_unit_test(a_directory_is_listed_in_order),
	cmocka_unit_test(a_link_is_read_whole),
	cmocka_unit_test(a_program_runs_with_signals_as_by_default),
};

UNIT_MAIN(kTests)
