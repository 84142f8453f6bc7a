// SPDX-License-Identifier: GPL-2.0-or-later
//
// fsync(2): the device has used all that was written, or never will.

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 13;

void no_handler(int)
{}

// A port with more written to it than its host, who has stopped, has taken.
struct FullPort : ConnectedPort {
	FullPort() : ConnectedPort(O_RDWR | O_NONBLOCK)
	{
		host::pause(kPort);
		taken = fill(kSeed);
	}

	size_t taken;
};

} // namespace

TEST(fsync_of_nothing_returns_at_once)
{
	const OpenPort port;
	ASSERT_CALL(fsync(port.fd()));
	ASSERT_CALL(fdatasync(port.fd()));
	port.connect();
	ASSERT_CALL(fsync(port.fd()));
}

TEST(fsync_returns_when_the_device_has_used_what_was_written)
{
	const ConnectedPort port;
	const std::string data = pattern(kSeed, 1 << 20);
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), data.data(), data.size())), 1 << 20);
	ASSERT_CALL(fsync(port.fd()));
	host::recv_pattern(kPort, kSeed, 1 << 20);
}

TEST(fsync_waits_for_a_host_that_does_not_read, .topology = kTransports)
{
	const FullPort port;
	Worker syncer([&] { return fsync(port.fd()); });
	syncer.wait_asleep(SYS_fsync);
	host::resume(kPort);
	EXPECT_EQ(syncer.result(), 0);
	host::recv_pattern(kPort, kSeed, port.taken);
}

TEST(two_may_wait)
{
	const FullPort port;
	Worker first([&] { return fsync(port.fd()); });
	Worker second([&] { return fsync(port.fd()); });
	first.wait_asleep(SYS_fsync);
	second.wait_asleep(SYS_fsync);
	host::resume(kPort);
	EXPECT_EQ(first.result(), 0);
	EXPECT_EQ(second.result(), 0);
}

// What is written after the call is none of its business.
TEST(fsync_ends_while_others_go_on_writing, .deadline = 60)
{
	const ConnectedPort port;
	const std::string data = pattern(kSeed, 4096);
	Worker writer([&] { return port.write_until_error(data); });
	for (int round = 0; round < 50; round++)
		ASSERT_CALL(fsync(port.fd()));
	host::unplug(kPort);
	EXPECT_EQ(writer.result(), -1);
}

// QEMU throws away what it has not sent when its client leaves, and says that it
// has used it: nothing is awaited any more.
TEST(a_host_that_leaves_ends_fsync)
{
	const FullPort port;
	Worker syncer([&] { return fsync(port.fd()); });
	syncer.wait_asleep(SYS_fsync);
	port.disconnect();
	syncer.result();
	ASSERT_CALL(fsync(port.fd()));
}

TEST(unplug_ends_fsync)
{
	const FullPort port;
	Worker syncer([&] { return fsync(port.fd()); });
	syncer.wait_asleep(SYS_fsync);
	host::unplug(kPort);
	syncer.result(); // may be told what QEMU throws away before the unplug
	ASSERT_EVENTUALLY(!has_port(kPort));
	EXPECT_FAILS(fsync(port.fd()), ENODEV);
}

TEST(a_signal_interrupts_fsync)
{
	struct sigaction action = {};
	action.sa_handler = no_handler;
	ASSERT_CALL(sigaction(SIGUSR1, &action, nullptr));

	const FullPort port;
	Worker syncer([&] { return fsync(port.fd()); });
	syncer.wait_asleep(SYS_fsync);
	syncer.signal(SIGUSR1);
	EXPECT_EQ(syncer.result(), -1);
	EXPECT_EQ(errno_name(syncer.error()), "EINTR");
}

} // namespace gatehouse::test
