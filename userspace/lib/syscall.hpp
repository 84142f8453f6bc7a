// SPDX-License-Identifier: GPL-2.0-or-later
//
// The system calls that this project uses, under their own names, returning
// Result instead of -1 and errno. Calls interrupted by a signal are repeated;
// every file descriptor made here is O_CLOEXEC. `what` names the object in the
// error text.

#pragma once

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse::sys {

Result<UniqueFd> open(const std::string &path, int flags);
Result<UniqueFd> create(const std::string &path, int flags, mode_t mode);
Result<size_t> read(int fd, std::span<char> buffer, std::string_view what);
Result<size_t> pread(int fd, std::span<char> buffer, off_t offset, std::string_view what);
Result<size_t> write(int fd, std::string_view data, std::string_view what);

// Waits for events on one fd; returns revents, 0 after timeout_ms (-1: never).
Result<short> poll(int fd, short events, int timeout_ms, std::string_view what);

Result<int> fcntl(int fd, int command, int argument, std::string_view what);
// The copy is not O_CLOEXEC: it is for a program to be run.
Result<void> dup2(int fd, int number, std::string_view what);
Result<int> ioctl(int fd, unsigned long request, void *argument, std::string_view what);

// Unlike the others, not repeated after a signal: it may wait for ever.
Result<void> fsync(int fd, std::string_view what);

Result<std::string> readlink(const std::string &path);
Result<struct stat> stat(const std::string &path);
Result<struct stat> fstat(int fd, std::string_view what);

Result<struct statvfs> statvfs(const std::string &path);

// The path without links and dots.
Result<std::string> realpath(const std::string &path);

// Names in a directory, sorted, without "." and "..".
Result<std::vector<std::string>> list_directory(const std::string &path);

Result<UniqueFd> epoll_create();
Result<void> epoll_add(int epoll, int fd, uint32_t events, uint64_t data);
Result<void> epoll_remove(int epoll, int fd);
// Returns how many of the events are filled; 0 after timeout_ms (-1: never).
Result<size_t> epoll_wait(int epoll, std::span<epoll_event> events, int timeout_ms);

// A timer that fires once, after the given time.
Result<UniqueFd> timerfd(std::chrono::nanoseconds after);

// The system's time of day.
Result<void> set_clock(const timespec &time);

Result<void> prctl(int option, unsigned long argument, std::string_view what);

// Starts a program with these words, its own name first: signals are as by
// default, stdin and output nowhere. Returns what is readable at its end.
struct Child {
	UniqueFd fd;
	pid_t pid;
};
Result<Child> spawn(std::span<const std::string> words);

// Ends the process as the signal does by default, also when it is blocked.
[[noreturn]] void die_by(int signal);

// Blocks the signals for this thread and makes the fd that reports them.
Result<UniqueFd> signalfd(std::span<const int> signals);

} // namespace gatehouse::sys
