// SPDX-License-Identifier: GPL-2.0-or-later
//
// The calls of /dev/freezefd, as gatehouse/freezefd.h has them.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <vector>

#include <gatehouse/freezefd.h>

#include "filesystem.hpp"
#include "unique_fd.hpp"

namespace gatehouse::test {

UniqueFd open_device(int flags = 0);
fs_freeze_info device_info();

// FIISFROZEN of any file's filesystem.
fs_freeze_query query(int file);

// Thaws what anyone has frozen by a freeze descriptor; for clean-ups, too.
void thaw_all();

// A freeze descriptor, from construction to destruction.
class Freeze
{
public:
	struct Options {
		uint32_t flags = FS_FREEZE_FD_FREEZE;
		uint32_t timeout_ms = 60000;
		uint64_t cookie = 0;
	};

	// The last of them has the highest level, or all have the same.
	enum class Order { kParallel, kAscending };

	// Not frozen yet.
	explicit Freeze(const Filesystem &one) : Freeze({&one}) {}
	explicit Freeze(const std::vector<const Filesystem *> &all, Order order = Order::kParallel);
	Freeze(const std::vector<const Filesystem *> &all, Order order, Options options);
	Freeze(const Filesystem &one, Options options) : Freeze({&one}, Order::kParallel, options)
	{}

	int fd() const { return fd_.get(); }
	void close() { fd_.reset(); }

	// Each returns 0, or what errno was.
	int freeze(uint32_t timeout_ms = 0) const;
	int thaw(uint32_t wait_ms = 0) const;
	int extend(uint32_t timeout_ms = 0) const;

	fs_freeze_status status() const;
	uint32_t state() const { return status().state; }
	// poll(2)'s bits, without waiting.
	short bits() const;

private:
	UniqueFd fd_;
};

// A process of its own, to be killed. Those that it leaves behind go with the
// object.
class Child
{
public:
	// body's value is its exit status; it has to tell when it is ready.
	explicit Child(const std::function<int(const std::function<void()> &ready)> &body);
	Child(const Child &) = delete;
	~Child();

	void signal(int number) const;
	// Waits for its end: the status of waitpid(2).
	int wait();
	pid_t pid() const { return pid_; }

private:
	pid_t pid_ = -1; // and that of its process group
	bool ended_ = false;
};

} // namespace gatehouse::test
