// SPDX-License-Identifier: GPL-2.0-or-later

#include "syscall.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace gatehouse::sys {

namespace {

// Calls again while a signal interrupts.
template <typename Call> auto repeat(Call call)
{
	auto result = call();
	while (result < 0 && errno == EINTR)
		result = call();
	return result;
}

Error failed(std::string_view call, std::string_view what)
{
	const int code = errno;

	return Error{code, fmt::format("{} '{}'", call, what)};
}

} // namespace

Result<UniqueFd> open(const std::string &path, int flags)
{
	const int fd = repeat([&] { return ::open(path.c_str(), flags | O_CLOEXEC); });

	if (fd < 0)
		return failed("open", path);
	return UniqueFd(fd);
}

Result<UniqueFd> create(const std::string &path, int flags, mode_t mode)
{
	const int fd =
		repeat([&] { return ::open(path.c_str(), flags | O_CREAT | O_CLOEXEC, mode); });

	if (fd < 0)
		return failed("open", path);
	return UniqueFd(fd);
}

Result<size_t> read(int fd, std::span<char> buffer, std::string_view what)
{
	const ssize_t n = repeat([&] { return ::read(fd, buffer.data(), buffer.size()); });

	if (n < 0)
		return failed("read", what);
	return static_cast<size_t>(n);
}

Result<size_t> pread(int fd, std::span<char> buffer, off_t offset, std::string_view what)
{
	const ssize_t n = repeat([&] { return ::pread(fd, buffer.data(), buffer.size(), offset); });

	if (n < 0)
		return failed("read", what);
	return static_cast<size_t>(n);
}

Result<size_t> write(int fd, std::string_view data, std::string_view what)
{
	const ssize_t n = repeat([&] { return ::write(fd, data.data(), data.size()); });

	if (n < 0)
		return failed("write", what);
	return static_cast<size_t>(n);
}

Result<short> poll(int fd, short events, int timeout_ms, std::string_view what)
{
	pollfd entry = {fd, events, 0};

	if (repeat([&] { return ::poll(&entry, 1, timeout_ms); }) < 0)
		return failed("poll", what);
	return entry.revents;
}

Result<int> fcntl(int fd, int command, int argument, std::string_view what)
{
	const int value = repeat([&] { return ::fcntl(fd, command, argument); });

	if (value < 0)
		return failed("fcntl", what);
	return value;
}

Result<void> dup2(int fd, int number, std::string_view what)
{
	if (repeat([&] { return ::dup2(fd, number); }) < 0)
		return failed("dup2", what);
	return {};
}

Result<int> ioctl(int fd, unsigned long request, void *argument, std::string_view what)
{
	const int value = repeat([&] { return ::ioctl(fd, request, argument); });

	if (value < 0)
		return failed("ioctl", what);
	return value;
}

Result<void> fsync(int fd, std::string_view what)
{
	if (::fsync(fd) < 0)
		return failed("fsync", what);
	return {};
}

Result<std::string> readlink(const std::string &path)
{
	std::array<char, PATH_MAX> target;
	const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());

	if (n < 0)
		return failed("readlink", path);
	return std::string(target.data(), static_cast<size_t>(n));
}

Result<struct stat> stat(const std::string &path)
{
	struct stat status = {};

	if (::stat(path.c_str(), &status) < 0)
		return failed("stat", path);
	return status;
}

Result<struct stat> fstat(int fd, std::string_view what)
{
	struct stat status = {};

	if (::fstat(fd, &status) < 0)
		return failed("stat", what);
	return status;
}

Result<struct statvfs> statvfs(const std::string &path)
{
	struct statvfs status = {};

	if (repeat([&] { return ::statvfs(path.c_str(), &status); }) < 0)
		return failed("statvfs", path);
	return status;
}

Result<std::string> realpath(const std::string &path)
{
	std::array<char, PATH_MAX> real;

	if (!::realpath(path.c_str(), real.data()))
		return failed("realpath", path);
	return std::string(real.data());
}

Result<std::vector<std::string>> list_directory(const std::string &path)
{
	const std::unique_ptr<DIR, int (*)(DIR *)> dir(::opendir(path.c_str()), ::closedir);
	std::vector<std::string> names;

	if (!dir)
		return failed("open directory", path);
	errno = 0;
	while (const dirent *entry = ::readdir(dir.get())) {
		const std::string_view name = entry->d_name;
		if (name != "." && name != "..")
			names.emplace_back(name);
		errno = 0;
	}
	if (errno)
		return failed("read directory", path);
	std::sort(names.begin(), names.end());
	return names;
}

Result<UniqueFd> epoll_create()
{
	const int fd = ::epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return Error{errno, "epoll_create"};
	return UniqueFd(fd);
}

Result<void> epoll_add(int epoll, int fd, uint32_t events, uint64_t data)
{
	epoll_event event = {};

	event.events = events;
	event.data.u64 = data;
	if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return Error{errno, "epoll_ctl: add"};
	return {};
}

Result<void> epoll_remove(int epoll, int fd)
{
	if (::epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr) < 0)
		return Error{errno, "epoll_ctl: remove"};
	return {};
}

Result<size_t> epoll_wait(int epoll, std::span<epoll_event> events, int timeout_ms)
{
	const int n = repeat([&] {
		return ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()),
				    timeout_ms);
	});

	if (n < 0)
		return Error{errno, "epoll_wait"};
	return static_cast<size_t>(n);
}

Result<UniqueFd> timerfd(std::chrono::nanoseconds after)
{
	const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(after);
	itimerspec spec = {};
	UniqueFd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));

	if (!fd)
		return Error{errno, "timerfd_create"};
	spec.it_value.tv_sec = seconds.count();
	spec.it_value.tv_nsec = (after - seconds).count();
	if (after.count() <= 0)
		spec.it_value.tv_nsec = 1; // 0 would disarm it
	if (::timerfd_settime(fd.get(), 0, &spec, nullptr) < 0)
		return Error{errno, "timerfd_settime"};
	return fd;
}

Result<void> set_clock(const timespec &time)
{
	if (::clock_settime(CLOCK_REALTIME, &time) < 0)
		return Error{errno, "clock_settime"};
	return {};
}

Result<void> prctl(int option, unsigned long argument, std::string_view what)
{
	if (::prctl(option, argument, 0, 0, 0) < 0)
		return failed("prctl", what);
	return {};
}

Result<Child> spawn(std::span<const std::string> words)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	std::vector<char *> argv;
	sigset_t none, all;
	pid_t pid = 0;

	for (const std::string &word : words)
		argv.push_back(const_cast<char *>(word.c_str()));
	argv.push_back(nullptr);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&files);
	for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	const int code = ::posix_spawn(&pid, argv[0], &files, &attributes, argv.data(), environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (code)
		return Error{code, fmt::format("run '{}'", words[0])};
	UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
	if (!fd)
		return Error{errno, fmt::format("pidfd_open of '{}'", words[0])};
	return Child{std::move(fd), pid};
}

void die_by(int signal)
{
	sigset_t set;

	::signal(signal, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal);
	::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
	::raise(signal);
	_exit(128 + signal); // one that is ignored by default
}

Result<UniqueFd> signalfd(std::span<const int> signals)
{
	sigset_t set;

	sigemptyset(&set);
	for (const int number : signals)
		sigaddset(&set, number);
	if (const int code = ::pthread_sigmask(SIG_BLOCK, &set, nullptr))
		return Error{code, "pthread_sigmask"};
	UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
	if (!fd)
		return Error{errno, "signalfd"};
	return fd;
}

} // namespace gatehouse::sys
