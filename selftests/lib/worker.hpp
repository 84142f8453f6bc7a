// SPDX-License-Identifier: GPL-2.0-or-later
//
// Worker: a thread that makes one system call (or a loop of them) that may
// sleep, so that the test can see it sleep, wake it, and look at what it got.

#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <thread>

namespace gatehouse::test {

// Owned by the thread that made it. The destructor waits for the thread to
// return; one that never does is shown by the watchdog, with its stack.
class Worker
{
public:
	// body returns what the system call returned; errno is kept with it.
	explicit Worker(std::function<long()> body);
	Worker(const Worker &) = delete;
	~Worker();

	// Waits until the thread sleeps inside this system call (SYS_read ...).
	void wait_asleep(long number);

	// Waits until the body has returned, and gives its result.
	long result();

	// errno after the body; to be asked after result().
	int error() const { return error_; }

	bool done() const { return done_; }
	pid_t tid() const { return tid_; }
	void signal(int number);

private:
	std::atomic<pid_t> tid_ = 0;
	std::atomic<bool> done_ = false;
	long result_ = 0; // valid when done_
	int error_ = 0;	  // valid when done_
	std::thread thread_;
};

// Does this thread, of any process, sleep inside this system call?
bool asleep_in(pid_t tid, long number);

} // namespace gatehouse::test
