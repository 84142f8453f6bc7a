// SPDX-License-Identifier: GPL-2.0-or-later

#include "worker.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "file.hpp"
#include "test.hpp"

namespace gatehouse::test {

Worker::Worker(std::function<long()> body)
	: thread_([this, body = std::move(body)] {
		  tid_ = gettid();
		  errno = 0;
		  result_ = body();
		  error_ = errno;
		  done_ = true;
	  })
{
	ASSERT_EVENTUALLY(tid_ != 0);
}

Worker::~Worker()
{
	result();
}

void Worker::wait_asleep(long number)
{
	ASSERT_EVENTUALLY(done_ || asleep_in(tid_, number));
	if (done_)
		fail(fmt::format("a call that should sleep returned {} {}", result_,
				 errno_name(error_)));
}

long Worker::result()
{
	if (thread_.joinable())
		thread_.join();
	return result_;
}

void Worker::signal(int number)
{
	pthread_kill(thread_.native_handle(), number);
}

// The file says "running" unless the thread sleeps; then it starts with the
// number of the system call.
bool asleep_in(pid_t tid, long number)
{
	const auto text = read_file(fmt::format("/proc/{}/syscall", tid));
	return text.ok() && text.value().starts_with(fmt::format("{} ", number));
}

} // namespace gatehouse::test
