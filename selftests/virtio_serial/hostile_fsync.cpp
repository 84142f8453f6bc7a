// SPDX-License-Identifier: GPL-2.0-or-later
//
// fsync() with a device that keeps, or breaks, what it was given. QEMU says that
// it has used even what it throws away, so it can't show these.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <optional>

#include <gatehouse/virtio_serial.h>

#include "device.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kId = 1;
constexpr uint32_t kOut = transmit_queue(kId);

// A device that has got a few bytes and has not said that it has used them, and
// a thread that waits for this.
struct Waiting {
	Waiting()
	{
		device.add_port(kId, "org.gatehouse.wire.1");
		fd = device.open_port(kId, O_RDWR);
		ASSERT_EQ(ASSERT_CALL(write(fd.get(), "bytes", 5)), 5);
		kept = device.wait_buffer(kOut).id;
		syncer.emplace([this] { return fsync(fd.get()); });
		syncer->wait_asleep(SYS_fsync);
	}

	void expect_fails(int error)
	{
		EXPECT_EQ(syncer->result(), -1);
		EXPECT_EQ(errno_name(syncer->error()), errno_name(error));
	}

	uint64_t lost()
	{
		vser_port_counters arg = {};
		arg.size = sizeof(arg);
		ASSERT_CALL(ioctl(fd.get(), VSER_PORT_GET_COUNTERS, &arg));
		return arg.tx_lost;
	}

	Device device;
	UniqueFd fd;
	uint32_t kept = 0;
	std::optional<Worker> syncer;
};

} // namespace

TEST(fsync_returns_when_the_buffer_is_returned, .topology = "hostile")
{
	Waiting port;
	port.device.give(kOut, port.kept, 0);
	EXPECT_EQ(port.syncer->result(), 0);
	EXPECT_EQ(port.lost(), 0);
}

TEST(fsync_tells_once_of_what_was_lost_with_the_host, .topology = "hostile")
{
	Waiting port;
	port.device.send_control(control_message(kId, VIRTIO_CONSOLE_PORT_OPEN, 0));
	port.expect_fails(EIO);
	EXPECT_EQ(port.lost(), 1);
	ASSERT_CALL(fsync(port.fd.get()));
}

TEST(fsync_tells_of_a_loss_that_nobody_waited_for, .topology = "hostile")
{
	Waiting port;
	port.device.give(kOut, port.kept, 0);
	EXPECT_EQ(port.syncer->result(), 0);
	ASSERT_EQ(ASSERT_CALL(write(port.fd.get(), "more", 4)), 4);
	port.device.send_control(control_message(kId, VIRTIO_CONSOLE_PORT_OPEN, 0));
	port.device.settle(kId);
	EXPECT_FAILS(fsync(port.fd.get()), EIO);
	ASSERT_CALL(fsync(port.fd.get()));
}

TEST(fsync_ends_when_the_device_breaks_its_queue, .topology = "hostile")
{
	Waiting port;
	port.device.give(kOut, 0xffffffff, 0, {}, VSER_DEVICE_GIVE_INTERRUPT);
	port.expect_fails(EIO);
}

TEST(fsync_ends_when_the_port_goes, .topology = "hostile")
{
	Waiting port;
	port.device.remove_port(kId);
	port.expect_fails(ENODEV);
	EXPECT_FAILS(fsync(port.fd.get()), ENODEV);
}

} // namespace gatehouse::test
