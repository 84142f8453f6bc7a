// SPDX-License-Identifier: GPL-2.0-or-later
//
// A host that misuses the rings of a port, or does not use them, while programs
// read and write. Nobody may hang, other ports must not notice.

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "device.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kPort1 = 1;
constexpr uint32_t kPort2 = 2;
constexpr uint32_t kIn = receive_queue(kPort1);
constexpr uint32_t kOut = transmit_queue(kPort1);
constexpr uint32_t kRing = 256;
constexpr uint64_t kSeed = 11;
constexpr size_t kMost = 2 << 20; // more than a port holds

Device::Options big_rings()
{
	return {.ring_size = kRing};
}

// Takes what the driver has posted, and keeps it.
std::vector<Device::Buffer> take_all(Device &device, uint32_t queue)
{
	std::vector<Device::Buffer> buffers;
	while (auto buffer = device.take(queue))
		buffers.push_back(std::move(*buffer));
	return buffers;
}

// Writes the stream of kSeed until the port takes no more; how much it took.
size_t fill(int fd)
{
	const std::string data = pattern(kSeed, kMost);
	const size_t written = ASSERT_CALL(write(fd, data.data(), data.size()));
	EXPECT_FAILS(write(fd, data.data() + written, 1), EAGAIN);
	return written;
}

// A device with two ports. The first is open, and threads sleep in read(),
// write() and poll() on it; the device has not taken what was written.
class Sleepers
{
public:
	Sleepers()
		: device(big_rings()), fd_(open_ports()), reader([this] {
			  char byte;
			  return read(fd(), &byte, 1);
		  }),
		  writer([this] {
			  const std::string data(kMost, 'x');
			  long n;
			  do
				  n = write(fd(), data.data(), data.size());
			  while (n >= 0);
			  return n;
		  }),
		  poller([this] {
			  pollfd one = {.fd = fd(), .events = POLLIN, .revents = 0};
			  ASSERT_CALL(poll(&one, 1, -1));
			  return static_cast<long>(one.revents);
		  })
	{
		reader.wait_asleep(SYS_read);
		writer.wait_asleep(SYS_write);
		poller.wait_asleep(SYS_poll);
	}

	int fd() const { return fd_.get(); }
	void close() { fd_.reset(); }

	// The port is at its end for all of them, and for whoever calls next.
	void expect_end()
	{
		expect_error(reader);
		expect_error(writer);
		EXPECT_TRUE(poller.result() & POLLHUP);
		EXPECT_TRUE(poller.result() & POLLERR);
		char byte;
		EXPECT_FAILS(read(fd(), &byte, 1), ENODEV);
		EXPECT_FAILS(write(fd(), &byte, 1), ENODEV);
		EXPECT_TRUE(poll_now(fd()) & POLLERR);
	}

	Device device;

private:
	UniqueFd open_ports()
	{
		device.add_port(kPort1, "org.gatehouse.wire.1");
		device.add_port(kPort2, "org.gatehouse.wire.2");
		return device.open_port(kPort1, O_RDWR);
	}

	static void expect_error(Worker &worker)
	{
		EXPECT_EQ(worker.result(), -1);
		EXPECT_TRUE(worker.error() == ENODEV || worker.error() == EIO);
	}

	UniqueFd fd_;

public:
	Worker reader;
	Worker writer;
	Worker poller;
};

} // namespace

struct Length {
	const char *name;
	uint32_t length;
};
constexpr Length kLengths[] = {
	{"nothing", 0}, {"one_too_many", 4097}, {"64_kib", 65536}, {"all", 0xffffffff}};

TEST_EACH(a_wrong_used_length_brings_no_data, kLengths, .topology = "hostile")
{
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR | O_NONBLOCK);
	for (int round = 0; round < 200; round++) {
		const Device::Buffer buffer = device.wait_buffer(kIn);
		device.give(kIn, buffer.id, variant.length, "never read");
		char byte;
		EXPECT_FAILS(read(fd.get(), &byte, 1), EAGAIN);
	}
	device.send(kPort1, "good");
	char data[16];
	const long n = ASSERT_CALL(read(fd.get(), data, sizeof(data)));
	EXPECT_EQ(std::string_view(data, n), "good");
}

TEST_EACH(the_used_length_of_what_was_written_means_nothing, kLengths, .topology = "hostile")
{
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR);
	for (int round = 0; round < 200; round++) {
		ASSERT_CALL(write(fd.get(), "line", 4));
		const Device::Buffer buffer = device.wait_buffer(kOut);
		EXPECT_EQ(buffer.data, "line");
		device.give(kOut, buffer.id, variant.length);
	}
}

// A host that claims more than it has written must not get the guest's memory
// read out to the port's user.
TEST(what_the_host_did_not_write_is_not_the_kernels_memory, .topology = "hostile")
{
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR);
	const Device::Buffer buffer = device.wait_buffer(kIn);
	std::string data(buffer.writable, 'x');
	device.give(kIn, buffer.id, buffer.writable, "abc");
	ASSERT_EQ(ASSERT_CALL(read(fd.get(), data.data(), data.size())), data.size());
	EXPECT_EQ(data, "abc" + std::string(data.size() - 3, '\0'));
}

struct WrongId {
	const char *name;
	uint32_t queue;
	uint32_t id;
};
constexpr WrongId kWrongIds[] = {
	{"receive_not_posted", kIn, kRing - 1},	  {"receive_outside", kIn, kRing},
	{"receive_far_outside", kIn, 0xffffffff}, {"transmit_not_posted", kOut, kRing - 1},
	{"transmit_outside", kOut, kRing},	  {"transmit_far_outside", kOut, 0xffffffff},
};

TEST_EACH(a_buffer_that_was_never_posted_ends_the_port, kWrongIds, .topology = "hostile")
{
	Sleepers sleepers;
	sleepers.device.give(variant.queue, variant.id, 5, {}, VSER_DEVICE_GIVE_INTERRUPT);
	sleepers.expect_end();
	sleepers.device.expect_carries(kPort2);
}

TEST_EACH(a_port_at_its_end_can_not_be_opened, kWrongIds, .topology = "hostile")
{
	Sleepers sleepers;
	sleepers.device.give(variant.queue, variant.id, 5, {}, VSER_DEVICE_GIVE_INTERRUPT);
	sleepers.expect_end();
	sleepers.close();
	EXPECT_FAILS(open(sleepers.device.node(kPort1).c_str(), O_RDWR | O_CLOEXEC), ENXIO);
}

constexpr WrongId kWrongControlIds[] = {
	{"in_outside", kControlIn, kRing},
	{"in_far_outside", kControlIn, 0xffffffff},
	{"out_not_posted", kControlOut, kRing - 1},
	{"out_far_outside", kControlOut, 0xffffffff},
};

TEST_EACH(ports_live_on_without_their_control_queue, kWrongControlIds, .topology = "hostile")
{
	Device device(big_rings());
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR);
	device.give(variant.queue, variant.id, 8, {}, VSER_DEVICE_GIVE_INTERRUPT);
	ASSERT_CALL(write(fd.get(), "there", 5));
	EXPECT_EQ(device.receive(kPort1, 5), "there");
	device.send(kPort1, "b");
	char byte;
	EXPECT_EQ(ASSERT_CALL(read(fd.get(), &byte, 1)), 1);
}

struct Jump {
	const char *name;
	uint32_t queue;
	uint16_t index;
};
constexpr Jump kJumps[] = {
	{"receive_by_one", kIn, 1},	     {"receive_by_a_ring", kIn, kRing},
	{"receive_half_way", kIn, 0x8000},   {"receive_backwards", kIn, 0xffff},
	{"transmit_by_one", kOut, 1},	     {"transmit_by_a_ring", kOut, kRing},
	{"transmit_half_way", kOut, 0x8000}, {"transmit_backwards", kOut, 0xffff},
};

TEST_EACH(a_used_index_that_jumps_leaves_nobody_behind, kJumps, .topology = "hostile")
{
	Sleepers sleepers;
	sleepers.device.poke(variant.queue, VSER_DEVICE_USED_INDEX, 0, variant.index);
	for (int round = 0; round < 100; round++)
		sleepers.device.interrupt(variant.queue);
	sleepers.device.expect_carries(kPort2);
	sleepers.device.remove();
	sleepers.expect_end();
}

struct Removal {
	const char *name;
	bool broken;
};
constexpr Removal kRemovals[] = {{"in_order", false}, {"by_surprise", true}};

TEST_EACH(a_device_that_goes_wakes_who_sleeps, kRemovals, .topology = "hostile")
{
	Sleepers sleepers;
	sleepers.device.remove(variant.broken);
	sleepers.expect_end();
}

TEST_EACH(what_had_arrived_outlives_the_device, kRemovals, .topology = "hostile")
{
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR);
	device.send(kPort1, "last words");
	device.remove(variant.broken);
	char data[16];
	const long n = ASSERT_CALL(read(fd.get(), data, sizeof(data)));
	EXPECT_EQ(std::string_view(data, n), "last words");
	EXPECT_FAILS(read(fd.get(), data, 1), ENODEV);
}

TEST(a_host_that_never_answers_holds_nobody, .topology = "hostile", .deadline = 60)
{
	Device device(big_rings());
	device.add_port(kPort1, "org.gatehouse.wire.1");
	device.add_port(kPort2, "org.gatehouse.wire.2");
	for (int round = 0; round < 3; round++) {
		UniqueFd fd(open(device.node(kPort1).c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
		ASSERT_CALL(fd.get());
		char byte;
		EXPECT_FAILS(read(fd.get(), &byte, 1), EAGAIN);
		while (write(fd.get(), "0123456789abcdef", 16) > 0)
			;
		EXPECT_EQ(errno_name(errno), "EAGAIN");
		EXPECT_EQ(poll_now(fd.get()) & (POLLIN | POLLOUT), 0);
	}
	device.expect_carries(kPort2);
}

TEST(a_signal_ends_a_write_to_a_host_that_never_answers, .topology = "hostile")
{
	struct sigaction action = {};
	action.sa_handler = [](int) {};
	ASSERT_CALL(sigaction(SIGUSR1, &action, nullptr));
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR);
	const std::string data(kMost, 'x');
	Worker writer([&] { return write(fd.get(), data.data(), data.size()); });
	writer.wait_asleep(SYS_write);
	writer.signal(SIGUSR1);
	ASSERT_GT(writer.result(), 0);
	ASSERT_GT(kMost, writer.result());
}

// The device takes all it is offered, returns it last first, and then what has
// come meanwhile.
TEST(a_late_answer_in_any_order_loses_nothing, .topology = "hostile")
{
	Device device(big_rings());
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR | O_NONBLOCK);
	const size_t length = fill(fd.get());
	std::string got;
	while (got.size() < length) {
		auto buffers = take_all(device, kOut);
		ASSERT_GT(buffers.size(), 0);
		for (const Device::Buffer &buffer : buffers)
			got += buffer.data;
		for (auto buffer = buffers.rbegin(); buffer != buffers.rend(); ++buffer)
			device.give(kOut, buffer->id, 0);
	}
	ASSERT_EQ(got.size(), length);
	EXPECT_EQ(pattern_mismatch(got, kSeed, 0), length);
}

TEST(interrupts_for_nothing_have_no_effect, .topology = "hostile")
{
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	for (int round = 0; round < 100; round++) {
		for (uint32_t queue = 0; queue < 2 * 32; queue++)
			ASSERT_TRUE(device.interrupt(queue));
		device.configure(31);
	}
	device.expect_carries(kPort1);
}

// A host that wants no notification, or one at the wrong place, gets none; what
// was written is in the ring all the same.
TEST(a_host_that_wants_no_notification_finds_the_data, .topology = "hostile")
{
	Device device;
	device.add_port(kPort1, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kPort1, O_RDWR);
	device.poke(kOut, VSER_DEVICE_USED_FLAGS, 0, 0xffff);
	device.poke(kOut, VSER_DEVICE_AVAIL_EVENT, 0, 0x7000);
	ASSERT_CALL(write(fd.get(), "there", 5));
	EXPECT_EQ(device.receive(kPort1, 5), "there");
}

TEST(a_port_that_nobody_reads_holds_little, .topology = "hostile")
{
	Device device({.ring_size = 1024});
	device.add_port(kPort1, "org.gatehouse.wire.1");
	EXPECT_EQ(take_all(device, kIn).size(), 0); // nobody has opened it
	const UniqueFd fd = device.open_port(kPort1, O_RDWR | O_NONBLOCK);
	size_t room = 0;
	for (int round = 0; round < 10; round++) {
		for (const Device::Buffer &buffer : take_all(device, kIn)) {
			room += buffer.writable;
			device.give(kIn, buffer.id, buffer.writable);
		}
	}
	ASSERT_GT(room, 0);
	ASSERT_GT((512 << 10) + 1, room);
	ASSERT_GT(kMost, fill(fd.get()));
}

} // namespace gatehouse::test
