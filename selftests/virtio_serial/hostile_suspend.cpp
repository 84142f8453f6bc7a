// SPDX-License-Identifier: GPL-2.0-or-later
//
// A device that sleeps and wakes up, to the byte: what it has to be given again,
// what not, and what it says of its ports by then. Programs are not frozen here,
// but where it is said; suspend.cpp has the real thing.

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include <gatehouse/virtio_serial.h>

#include "device.hpp"
#include "file.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kId = 1;
constexpr uint32_t kOtherId = 2;
constexpr uint32_t kIn = receive_queue(kId);
constexpr uint32_t kOut = transmit_queue(kId);
constexpr std::string_view kName = "org.gatehouse.wire.1";
constexpr uint64_t kSeed = 21;
constexpr size_t kMost = 2 << 20; // more than a port holds
constexpr unsigned kHeld = 32;	  // buffers of it
constexpr Device::Options kDevice = {.ring_size = 128};

// A device with one open port; whoever writes to it writes the stream of kSeed.
struct OnePort {
	explicit OnePort(int flags = O_RDWR | O_NONBLOCK)
	{
		device.add_port(kId, kName);
		fd = device.open_port(kId, flags);
	}

	// Writes until the port takes no more.
	void fill()
	{
		const std::string data = pattern(kSeed, kMost);
		written = ASSERT_CALL(write(fd.get(), data.data(), data.size()));
		EXPECT_FAILS(write(fd.get(), data.data() + written, 1), EAGAIN);
	}

	// All that was written arrives, but for the first bytes.
	void expect_written(size_t offset = 0)
	{
		const std::string got = device.receive(kId, written - offset);
		ASSERT_EQ(got.size(), written - offset);
		EXPECT_EQ(pattern_mismatch(got, kSeed, offset), got.size());
	}

	// The oldest message of the driver is this one; the device has said all
	// of that before it is done with the message, as QEMU does.
	void answer(const std::string &message, const std::vector<std::string> &answers)
	{
		const Device::Buffer buffer = device.wait_buffer(kControlOut);
		EXPECT_TRUE(buffer.data == message);
		for (const std::string &text : answers)
			device.send_control(text);
		device.give(kControlOut, buffer.id, 0);
	}

	// The device has woken up and tells of its port.
	void announce(std::string_view name, bool connected)
	{
		answer(control_message(0, VIRTIO_CONSOLE_DEVICE_READY, 1),
		       {control_message(kId, VIRTIO_CONSOLE_PORT_ADD, 1)});
		std::vector<std::string> state = {
			control_message(kId, VIRTIO_CONSOLE_PORT_NAME, 1, name)};
		if (connected)
			state.push_back(control_message(kId, VIRTIO_CONSOLE_PORT_OPEN, 1));
		answer(control_message(kId, VIRTIO_CONSOLE_PORT_READY, 1), state);
	}

	void wake_up(std::string_view name = kName, bool connected = true)
	{
		ASSERT_EQ(device.wake_up(kDevice), 0);
		announce(name, connected);
		device.expect_control(kId, VIRTIO_CONSOLE_PORT_OPEN, 1);
	}

	void expect_gone()
	{
		ASSERT_EVENTUALLY(poll_now(fd.get()) & POLLHUP);
		char byte;
		EXPECT_FAILS(read(fd.get(), &byte, 1), ENODEV);
		EXPECT_FAILS(write(fd.get(), &byte, 1), ENODEV);
	}

	// What was open stays gone.
	void wake_up_with_another()
	{
		ASSERT_EQ(device.wake_up(kDevice), 0);
		announce(kName, true);
		expect_gone();
		fd.reset();
		device.settle(kId);
		device.expect_carries(kId);
	}

	vser_port_counters counters()
	{
		vser_port_counters arg = {};
		arg.size = sizeof(arg);
		ASSERT_CALL(ioctl(fd.get(), VSER_PORT_GET_COUNTERS, &arg));
		return arg;
	}

	Device device{kDevice};
	UniqueFd fd;
	size_t written = 0;
};

// All of a suspend but that any device hears of it: programs are frozen, go on,
// and drivers are told that it is over.
void suspend_without_devices()
{
	const std::string level = "/sys/power/pm_test";
	const std::string delay = "/sys/module/suspend/parameters/pm_test_delay";
	const std::string seconds = ASSERT_OK(read_file(delay));
	on_exit([=] {
		(void)write_file(level, "none");
		(void)write_file(delay, seconds);
	});
	ASSERT_OK(write_file(level, "freezer"));
	ASSERT_OK(write_file(delay, "0"));
	ASSERT_OK(write_file("/sys/power/state", "freeze"));
}

// How a bus may not wake a device up.
struct Silence {
	std::string_view name;
	bool refused; // by the device, before the driver hears of it
};

constexpr Silence kSilences[] = {{"forgotten", false}, {"refused", true}};

} // namespace

TEST(a_port_outlives_the_sleep_of_its_device, .topology = "hostile")
{
	OnePort port;
	port.device.sleep();
	EXPECT_EQ(poll_now(port.fd.get()), 0);
	port.wake_up();
	ASSERT_EVENTUALLY(poll_now(port.fd.get()) & POLLOUT);
	for (int round = 0; round < 100; round++) {
		ASSERT_CALL(write(port.fd.get(), "there", 5));
		EXPECT_EQ(port.device.receive(kId, 5), "there");
		port.device.send(kId, "b");
		char byte;
		EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), &byte, 1)), 1);
	}
	port.fd.reset();
	port.device.expect_control(kId, VIRTIO_CONSOLE_PORT_OPEN, 0);
	port.device.expect_carries(kId);
}

TEST(what_the_device_has_not_returned_is_sent_again, .topology = "hostile")
{
	OnePort port;
	port.fill();
	for (unsigned round = 1; round <= 3; round++) {
		port.device.sleep();
		port.wake_up();
		ASSERT_TRUE(port.device.take(kOut, std::chrono::seconds(10)));
		EXPECT_EQ(port.counters().tx_repeated, round * kHeld);
	}
	port.device.sleep();
	port.wake_up();
	port.expect_written();
	EXPECT_EQ(port.counters().tx_lost, 0);
}

TEST(what_the_device_has_returned_is_not_sent_again, .topology = "hostile")
{
	OnePort port;
	port.fill();
	size_t returned = 0;
	for (int i = 0; i < 3; i++) {
		const Device::Buffer buffer = port.device.wait_buffer(kOut);
		returned += buffer.data.size();
		port.device.give(kOut, buffer.id, 0, {}, VSER_DEVICE_GIVE_QUIETLY);
	}
	port.device.sleep();
	port.wake_up();
	port.expect_written(returned);
	EXPECT_EQ(port.counters().tx_repeated, kHeld - 3);
}

// The first write goes out, the others wait for it.
TEST(what_was_not_given_to_the_device_yet_follows, .topology = "hostile")
{
	OnePort port;
	for (; port.written < 1000; port.written += 10) {
		const std::string data = pattern(kSeed, 10, port.written);
		ASSERT_EQ(ASSERT_CALL(write(port.fd.get(), data.data(), 10)), 10);
	}
	port.device.sleep();
	port.wake_up();
	port.expect_written();
	EXPECT_EQ(port.counters().tx_repeated, 1);
	EXPECT_EQ(port.counters().tx_buffers, 2);
}

TEST(a_sleep_waits_for_a_slow_device, .topology = "hostile")
{
	OnePort port;
	port.fill();
	Worker sleeper([&] {
		port.device.sleep();
		return 0L;
	});
	port.expect_written();
	EXPECT_EQ(sleeper.result(), 0);
	port.wake_up();
	EXPECT_EQ(port.counters().tx_repeated, 0);
	EXPECT_TRUE(!port.device.take(kOut));
}

TEST(what_has_arrived_stays_readable, .topology = "hostile")
{
	OnePort port;
	port.device.send(kId, "before");
	const Device::Buffer buffer = port.device.wait_buffer(kIn);
	port.device.give(kIn, buffer.id, 5, " late", VSER_DEVICE_GIVE_QUIETLY);
	port.device.sleep();
	char data[32];
	EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), data, 3)), 3);
	port.wake_up();
	const long n = ASSERT_CALL(read(port.fd.get(), data + 3, sizeof(data) - 3));
	EXPECT_EQ(std::string_view(data, n + 3), "before late");
	EXPECT_FAILS(read(port.fd.get(), data, 1), EAGAIN);
	port.device.send(kId, "after");
	EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), data, sizeof(data))), 5);
}

// As often as it sleeps, the device has as many buffers as at first.
TEST(no_buffer_is_lost_in_a_sleep, .topology = "hostile")
{
	OnePort port;
	for (int round = 0; round < 3; round++) {
		port.device.send(kId, "data");
		port.device.sleep();
		char data[8];
		EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), data, sizeof(data))), 4);
		port.wake_up();
	}
	unsigned posted = 0;
	while (port.device.take(kIn))
		posted++;
	EXPECT_EQ(posted, 128);
}

TEST(nothing_is_sent_before_the_host_is_known_to_be_there, .topology = "hostile")
{
	OnePort port;
	port.fill();
	port.device.sleep();
	ASSERT_EQ(port.device.wake_up(kDevice), 0);
	port.answer(control_message(0, VIRTIO_CONSOLE_DEVICE_READY, 1),
		    {control_message(kId, VIRTIO_CONSOLE_PORT_ADD, 1)});
	const Device::Buffer ready = port.device.wait_buffer(kControlOut);
	EXPECT_TRUE(!port.device.take(kOut));
	EXPECT_FAILS(write(port.fd.get(), "x", 1), EAGAIN);
	port.device.send_control(control_message(kId, VIRTIO_CONSOLE_PORT_OPEN, 1));
	port.device.give(kControlOut, ready.id, 0);
	port.expect_written();
}

TEST(a_host_that_has_left_meanwhile_gets_nothing, .topology = "hostile")
{
	OnePort port;
	port.fill();
	port.device.sleep();
	port.wake_up(kName, false);
	ASSERT_EVENTUALLY(poll_now(port.fd.get()) & POLLHUP);
	EXPECT_TRUE(!port.device.take(kOut));
	EXPECT_EQ(port.counters().tx_lost, kHeld);
	EXPECT_EQ(port.counters().tx_repeated, 0);
	EXPECT_FAILS(fsync(port.fd.get()), EIO);

	// The next one gets what is written for it.
	port.device.send_control(control_message(kId, VIRTIO_CONSOLE_PORT_OPEN, 1));
	ASSERT_EVENTUALLY(poll_now(port.fd.get()) & POLLOUT);
	ASSERT_CALL(write(port.fd.get(), "new", 3));
	EXPECT_EQ(port.device.receive(kId, 3), "new");
}

TEST(a_host_that_has_come_meanwhile_is_seen, .topology = "hostile")
{
	OnePort port;
	port.device.send_control(control_message(kId, VIRTIO_CONSOLE_PORT_OPEN, 0));
	port.device.settle(kId);
	port.device.sleep();
	port.wake_up();
	ASSERT_EVENTUALLY(poll_now(port.fd.get()) & POLLOUT);
	ASSERT_CALL(write(port.fd.get(), "new", 3));
	EXPECT_EQ(port.device.receive(kId, 3), "new");
}

TEST(a_port_that_the_device_does_not_tell_of_has_gone, .topology = "hostile")
{
	OnePort port;
	port.fill();
	port.device.sleep();
	ASSERT_EQ(port.device.wake_up(kDevice), 0);
	port.answer(control_message(0, VIRTIO_CONSOLE_DEVICE_READY, 1), {});
	port.expect_gone();
	ASSERT_EVENTUALLY(!port.device.name(kId));
	port.fd.reset();
	port.device.add_port(kId, kName);
	port.device.expect_carries(kId);
}

TEST(another_name_is_another_port, .topology = "hostile")
{
	OnePort port;
	port.fill();
	port.device.sleep();
	port.wake_up("org.gatehouse.wire.new");
	port.expect_gone();
	ASSERT_EVENTUALLY(port.device.name(kId) == "org.gatehouse.wire.new");
	EXPECT_TRUE(!port.device.take(kOut));
	port.device.drain_control();
	port.device.expect_carries(kId);
}

TEST(a_port_unplugged_at_the_last_moment_goes, .topology = "hostile")
{
	OnePort port;
	const Device::Buffer buffer = port.device.wait_buffer(kControlIn);
	const std::string gone = control_message(kId, VIRTIO_CONSOLE_PORT_REMOVE);
	port.device.give(kControlIn, buffer.id, gone.size(), gone, VSER_DEVICE_GIVE_QUIETLY);
	port.device.sleep();
	ASSERT_EQ(port.device.wake_up(kDevice), 0);
	port.answer(control_message(0, VIRTIO_CONSOLE_DEVICE_READY, 1), {});
	port.expect_gone();
}

TEST(a_broken_port_is_another_one_after_the_sleep, .topology = "hostile")
{
	OnePort port;
	port.device.give(kOut, 0xffff, 0, {}, VSER_DEVICE_GIVE_INTERRUPT);
	port.expect_gone();
	port.device.sleep();
	port.wake_up_with_another();
}

TEST(who_sleeps_in_a_call_goes_on, .topology = "hostile")
{
	OnePort port(O_RDWR);
	const std::string data = pattern(kSeed, kMost);
	Worker writer([&] { return write(port.fd.get(), data.data(), data.size()); });
	Worker reader([&] {
		char byte;
		return read(port.fd.get(), &byte, 1);
	});
	writer.wait_asleep(SYS_write);
	reader.wait_asleep(SYS_read);
	port.device.sleep();
	port.wake_up();
	port.written = data.size();
	port.expect_written();
	EXPECT_EQ(writer.result(), kMost);
	port.device.send(kId, "x");
	EXPECT_EQ(reader.result(), 1);
}

TEST(what_was_written_before_a_close_in_the_sleep_arrives, .topology = "hostile")
{
	OnePort port;
	ASSERT_CALL(write(port.fd.get(), "last words", 10));
	port.device.sleep();
	EXPECT_FAILS(open(port.device.node(kId).c_str(), O_RDWR | O_CLOEXEC), EBUSY);
	port.fd.reset();
	EXPECT_FAILS(open(port.device.node(kId).c_str(), O_RDWR | O_CLOEXEC), ENXIO);
	ASSERT_EQ(port.device.wake_up(kDevice), 0);
	port.announce(kName, true);
	EXPECT_EQ(port.device.receive(kId, 10), "last words");
	port.device.expect_carries(kId);
}

TEST(a_device_that_does_not_wake_up_has_no_ports, .topology = "hostile")
{
	OnePort port;
	port.device.send(kId, "last words");
	port.fill();
	port.device.sleep();
	EXPECT_EQ(port.device.wake_up({.ring_size = 128, .queues = 3}), ENOENT);
	char data[16];
	EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), data, sizeof(data))), 10);
	port.expect_gone();
	ASSERT_EVENTUALLY(!port.device.name(kId));
	port.device.remove();
	port.expect_gone();
}

// Who waits for it must not wait for ever; what has arrived stays readable.
TEST_EACH(a_device_that_was_not_woken_up_is_given_up, kSilences, .topology = "hostile")
{
	OnePort port(O_RDWR);
	port.device.add_port(kOtherId, "org.gatehouse.wire.2");
	const UniqueFd other = port.device.open_port(kOtherId, O_RDWR);
	const std::string data = pattern(kSeed, kMost);
	Worker writer([&] { return write(port.fd.get(), data.data(), data.size()); });
	Worker syncer([&] { return fsync(port.fd.get()); });
	Worker reader([&] {
		char byte;
		return read(other.get(), &byte, 1);
	});
	writer.wait_asleep(SYS_write);
	syncer.wait_asleep(SYS_fsync);
	reader.wait_asleep(SYS_read);
	port.device.send(kId, "last words");
	port.device.sleep();
	if (variant.refused)
		EXPECT_EQ(port.device.wake_up({.ring_size = 128, .refuses = true}), ENODEV);
	EXPECT_TRUE(!writer.done() && !syncer.done() && !reader.done());
	suspend_without_devices();
	ASSERT_GT(writer.result(), 0);
	EXPECT_EQ(syncer.result(), -1);
	EXPECT_EQ(errno_name(syncer.error()), "ENODEV");
	EXPECT_EQ(reader.result(), -1);
	EXPECT_EQ(errno_name(reader.error()), "ENODEV");
	char text[16];
	EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), text, sizeof(text))), 10);
	port.expect_gone();
	ASSERT_EVENTUALLY(!port.device.name(kId));
}

// Nothing of it ends with a suspend that it has not slept in.
TEST(a_device_that_is_awake_is_not_given_up, .topology = "hostile")
{
	OnePort port;
	suspend_without_devices();
	port.device.sleep();
	port.wake_up();
	suspend_without_devices();
	ASSERT_CALL(write(port.fd.get(), "there", 5));
	EXPECT_EQ(port.device.receive(kId, 5), "there");
}

TEST(a_device_that_did_not_wake_up_may_do_so_the_next_time, .topology = "hostile")
{
	OnePort port;
	for (int round = 0; round < 2; round++) {
		port.device.sleep();
		EXPECT_EQ(port.device.wake_up({.ring_size = 128, .queues = 3}), ENOENT);
		port.expect_gone();
	}
	port.device.sleep();
	port.wake_up_with_another();
}

// The bus has asked the device whether to put it to sleep, and then again whether
// it was; its answers differed.
TEST(a_device_may_be_woken_up_that_did_not_sleep, .topology = "hostile")
{
	OnePort port;
	port.fill();
	const Device::Buffer buffer = port.device.wait_buffer(kOut);
	port.device.give(kOut, buffer.id, 0, {}, VSER_DEVICE_GIVE_QUIETLY);
	port.device.send(kId, "before");
	port.wake_up();
	port.expect_written(buffer.data.size());
	char data[8];
	EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), data, sizeof(data))), 6);
	port.device.send(kId, "after");
	EXPECT_EQ(ASSERT_CALL(read(port.fd.get(), data, sizeof(data))), 5);
}

// What it had does not fit in any more, and has to go before what is new.
TEST(a_device_that_wakes_up_smaller_gets_all_in_order, .topology = "hostile")
{
	OnePort port;
	port.fill();
	port.device.sleep();
	ASSERT_EQ(port.device.wake_up({.ring_size = 4}), 0);
	port.announce(kName, true);
	port.device.expect_control(kId, VIRTIO_CONSOLE_PORT_OPEN, 1);
	EXPECT_FAILS(write(port.fd.get(), "x", 1), EAGAIN);
	port.expect_written();
	EXPECT_EQ(port.counters().tx_repeated, kHeld);
}

TEST(a_device_may_go_in_its_sleep, .topology = "hostile")
{
	OnePort port;
	port.fill();
	port.device.sleep();
	port.device.remove();
	port.expect_gone();
}

} // namespace gatehouse::test
