// SPDX-License-Identifier: GPL-2.0-or-later
//
// A port under io_uring: what can be done at once is done in the submitting
// task, what can't waits by poll; neither needs a worker thread.

#include <liburing.h>

#include <string>

#include "file.hpp"
#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 15;

class Uring
{
public:
	Uring() { ASSERT_EQ(io_uring_queue_init(8, &ring_, 0), 0); }
	~Uring() { io_uring_queue_exit(&ring_); }
	Uring(const Uring &) = delete;
	Uring &operator=(const Uring &) = delete;

	void submit_read(int fd, std::string &data, unsigned flags = 0)
	{
		io_uring_sqe *const sqe = io_uring_get_sqe(&ring_);
		io_uring_prep_read(sqe, fd, data.data(), data.size(), -1);
		submit(sqe, flags);
	}

	void submit_write(int fd, const std::string &data, unsigned flags = 0)
	{
		io_uring_sqe *const sqe = io_uring_get_sqe(&ring_);
		io_uring_prep_write(sqe, fd, data.data(), data.size(), -1);
		submit(sqe, flags);
	}

	bool is_done() const { return io_uring_cq_ready(&ring_) > 0; }

	int result()
	{
		io_uring_cqe *cqe = nullptr;
		ASSERT_EQ(io_uring_wait_cqe(&ring_, &cqe), 0);
		const int res = cqe->res;
		io_uring_cqe_seen(&ring_, cqe);
		return res;
	}

private:
	void submit(io_uring_sqe *sqe, unsigned flags)
	{
		io_uring_sqe_set_flags(sqe, flags);
		ASSERT_EQ(io_uring_submit(&ring_), 1);
	}

	io_uring ring_ = {};
};

// The threads io_uring makes for calls that could block: iou-wrk-TID.
size_t workers()
{
	size_t count = 0;
	for (const std::string &task : ASSERT_OK(sys::list_directory("/proc/self/task"))) {
		const auto name = read_file("/proc/self/task/" + task + "/comm");
		count += name.ok() && name.value().starts_with("iou-wrk");
	}
	return count;
}

} // namespace

TEST(what_is_there_is_read_at_once)
{
	const ConnectedPort port;
	Uring uring;
	std::string data(64, '\0');
	for (int round = 0; round < 50; round++) {
		host::send(kPort, "some bytes");
		port.wait_for(POLLIN);
		uring.submit_read(port.fd(), data);
		EXPECT_TRUE(uring.is_done());
		EXPECT_EQ(uring.result(), 10);
		EXPECT_EQ(data.substr(0, 10), "some bytes");
	}
	EXPECT_EQ(workers(), 0U);
}

TEST(what_there_is_room_for_is_written_at_once)
{
	const ConnectedPort port;
	Uring uring;
	for (const size_t size : {1, 64, 4096, 65536}) {
		const std::string data = pattern(kSeed, size);
		uring.submit_write(port.fd(), data);
		EXPECT_TRUE(uring.is_done());
		EXPECT_EQ(uring.result(), int(size));
		host::recv_pattern(kPort, kSeed, size);
	}
	EXPECT_EQ(workers(), 0U);
}

TEST(a_read_that_must_wait_needs_no_worker)
{
	const ConnectedPort port;
	Uring uring;
	std::string data(64, '\0');
	uring.submit_read(port.fd(), data);
	EXPECT_TRUE(!uring.is_done());
	host::send(kPort, "at last");
	EXPECT_EQ(uring.result(), 7);
	EXPECT_EQ(workers(), 0U);
}

// (While the host is away poll() says POLLHUP, which io_uring takes for ready,
// tries in vain and hands the call to a worker.)
TEST(a_write_that_must_wait_for_space_needs_no_worker)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::pause(kPort);
	const size_t taken = port.fill(kSeed);
	ASSERT_CALL(fcntl(port.fd(), F_SETFL, O_RDWR));
	Uring uring;
	const std::string data = "when there is room";
	uring.submit_write(port.fd(), data);
	EXPECT_TRUE(!uring.is_done());
	host::resume(kPort);
	EXPECT_EQ(uring.result(), int(data.size()));
	host::recv_pattern(kPort, kSeed, taken);
	EXPECT_EQ(host::recv(kPort, data.size()), data);
	EXPECT_EQ(workers(), 0U);
}

TEST(unplug_ends_a_waiting_read_with_enodev)
{
	const ConnectedPort port;
	Uring uring;
	std::string data(64, '\0');
	uring.submit_read(port.fd(), data);
	host::unplug(kPort);
	EXPECT_EQ(errno_name(-uring.result()), "ENODEV");
}

// So that the cases above do not pass for want of a name.
TEST(a_call_that_is_sent_to_a_worker_is_seen)
{
	const ConnectedPort port;
	Uring uring;
	std::string data(64, '\0');
	uring.submit_read(port.fd(), data, IOSQE_ASYNC);
	ASSERT_EVENTUALLY(workers() == 1);
	host::send(kPort, "there");
	EXPECT_EQ(uring.result(), 5);
}

} // namespace gatehouse::test
