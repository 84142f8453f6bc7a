// SPDX-License-Identifier: GPL-2.0-or-later
//
// Consoles of a host that does what QEMU does not: resizes, takes nothing, makes
// no callbacks, lies. The kernel's log goes to hvc0, so whatever the driver or
// the virtqueues print comes back to the driver.

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "device.hpp"
#include "port.hpp"
#include "test.hpp"
#include "tty.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kConsole = 1;
constexpr uint64_t kEmergency = bit(VIRTIO_CONSOLE_F_EMERG_WRITE);
constexpr uint64_t kSize = bit(VIRTIO_CONSOLE_F_SIZE);
constexpr uint64_t kSingle = bit(VIRTIO_F_VERSION_1) | bit(kRingEventIndex);

std::string size_message(uint32_t port, uint16_t cols, uint16_t rows)
{
	const uint16_t size[] = {cols, rows};
	return control_message(port, VIRTIO_CONSOLE_RESIZE, 1,
			       {reinterpret_cast<const char *>(size), sizeof(size)});
}

bool has_size(const Tty &tty, uint16_t cols, uint16_t rows)
{
	const winsize size = tty.size();
	return size.ws_col == cols && size.ws_row == rows;
}

void print(std::string_view text)
{
	const UniqueFd fd(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
	const std::string line = fmt::format("<1>{}\n", text);
	ASSERT_CALL(write(fd.get(), line.data(), line.size()));
}

// Takes and returns all buffers that come, until this has been in one.
void expect_sent(Device &device, uint32_t port, std::string_view text, uint32_t flags = 0)
{
	std::string got;
	while (got.find(text) == std::string::npos) {
		const Device::Buffer buffer = device.wait_buffer(transmit_queue(port));
		device.give(transmit_queue(port), buffer.id, 0, {}, flags);
		got += buffer.data;
	}
}

// Writes until there is no room, and khvcd finds none either.
size_t fill(const Tty &tty)
{
	const std::string data(1000, 'f');
	size_t done = 0;
	for (int failures = 0; failures < 10;) {
		const long n = write(tty.fd(), data.data(), data.size());
		pollfd entry = {.fd = tty.fd(), .events = POLLOUT, .revents = 0};
		done += std::max(n, 0L);
		failures = n > 0 ? 0 : failures + 1;
		if (n <= 0)
			poll(&entry, 1, 20);
	}
	return done;
}

void expect_carries(Device &device, uint32_t port, const Tty &tty)
{
	tty.write("there and");
	expect_sent(device, port, "there and");
	device.send(port, "back");
	EXPECT_EQ(tty.read_all(4), "back");
}

} // namespace

struct Kind {
	const char *name;
	Device::Options options;
	uint32_t port;
};
const Kind kKinds[] = {
	{"port_0", {}, 0},
	{"port_1", {}, 1},
	{"legacy", {.features = bit(VIRTIO_CONSOLE_F_MULTIPORT)}, 1},
	{"rings_of_one", {.ring_size = 1}, 1},
	{"without_multiport", {.features = kSingle, .queues = 2}, 0},
	{"without_multiport_legacy", {.features = 0, .queues = 2}, 0},
};

TEST_EACH(an_honest_device_has_a_console, kKinds, .topology = "hostile_console")
{
	Device device(variant.options);
	if (variant.options.queues > 2)
		device.add_console(variant.port);
	expect_carries(device, variant.port, Tty(device.tty(variant.port)));
}

// More of them than there are buffers.
TEST(every_piece_from_the_host_arrives, .topology = "hostile_console")
{
	Device device;
	device.add_console(kConsole);
	const Tty tty(device.tty(kConsole));
	for (int round = 0; round < 100; round++) {
		const std::string piece = fmt::format("piece {:02}", round);
		device.send(kConsole, piece);
		EXPECT_EQ(tty.read_all(piece.size()), piece);
	}
}

TEST(many_consoles_of_a_device_are_hvc0_and_so_on, .topology = "hostile_console")
{
	Device device;
	for (uint32_t port = 0; port < 8; port++) {
		device.add_console(port);
		EXPECT_EQ(device.tty(port), fmt::format("/dev/hvc{}", port));
	}
	for (uint32_t port = 0; port < 8; port++)
		expect_carries(device, port, Tty(device.tty(port)));
}

// hvc has no more than sixteen; the rest are ports that nobody can open.
TEST(too_many_consoles_harm_nobody, .topology = "hostile_console")
{
	Device device;
	for (uint32_t port = 0; port < 16; port++)
		device.add_console(port);
	for (uint32_t port = 16; port < 31; port++) {
		device.send_control(control_message(port, VIRTIO_CONSOLE_PORT_ADD, 1));
		device.expect_control(port, VIRTIO_CONSOLE_PORT_READY, 1);
		device.send_control(control_message(port, VIRTIO_CONSOLE_CONSOLE_PORT, 1));
		device.settle(port);
		EXPECT_FAILS(open(device.node(port).c_str(), O_RDWR | O_CLOEXEC), ENXIO);
	}
	expect_carries(device, 0, Tty(device.tty(0)));
	device.remove_port(0);
	device.add_console(0);
	expect_carries(device, 0, Tty(device.tty(0)));
}

TEST(a_resize_message_reaches_the_program, .topology = "hostile_console")
{
	Device device;
	device.add_console(kConsole);
	const std::string path = device.tty(kConsole);
	device.send_control(size_message(kConsole, 100, 30));
	device.settle(kConsole);

	// One that opens the tty later sees it, and then each change.
	const pid_t child = fork();
	if (!child) {
		setsid();
		const int fd = open(path.c_str(), O_RDWR);
		const Tty tty(path, TtyMode::Cooked);
		sigset_t changes;
		sigemptyset(&changes);
		sigaddset(&changes, SIGWINCH);
		sigprocmask(SIG_BLOCK, &changes, nullptr);
		if (ioctl(fd, TIOCSCTTY, 1))
			_exit(2);
		if (!eventually([&] { return has_size(tty, 100, 30); }))
			_exit(3);
		const timespec none = {};
		while (sigtimedwait(&changes, nullptr, &none) == SIGWINCH)
			;
		tty.write("ready");
		const timespec limit = {.tv_sec = 10L * patience(), .tv_nsec = 0};
		if (sigtimedwait(&changes, nullptr, &limit) != SIGWINCH)
			_exit(4);
		_exit(has_size(tty, 132, 43) ? 0 : 5);
	}
	expect_sent(device, kConsole, "ready");
	device.send_control(size_message(kConsole, 132, 43));
	int status = -1;
	waitpid(child, &status, 0);
	EXPECT_EQ(status, 0);
}

struct Wrong {
	const char *name;
	std::string message;
};
const Wrong kWrong[] = {
	{"without_a_size", control_message(kConsole, VIRTIO_CONSOLE_RESIZE, 1)},
	{"cut_off", size_message(kConsole, 7, 7).substr(0, 11)},
	{"of_an_unknown_port", size_message(2, 7, 7)},
	{"of_a_port_that_is_no_console", size_message(3, 7, 7)},
	{"of_a_number_out_of_range", size_message(0xffffffff, 7, 7)},
};

TEST_EACH(a_wrong_resize_has_no_effect, kWrong, .topology = "hostile_console")
{
	Device device;
	device.add_console(kConsole);
	device.add_port(3, "org.gatehouse.wire.3");
	const Tty tty(device.tty(kConsole));
	device.send_control(size_message(kConsole, 80, 25));
	ASSERT_EVENTUALLY(has_size(tty, 80, 25));
	device.send_control(variant.message);
	device.settle(kConsole);
	EXPECT_TRUE(has_size(tty, 80, 25));
	expect_carries(device, kConsole, tty);
}

TEST(the_size_in_the_configuration_is_port_0s, .topology = "hostile_console")
{
	Device device({.features = kModern | kSize, .cols = 90, .rows = 28});
	device.add_console(0);
	device.add_console(kConsole);
	const Tty first(device.tty(0));
	const Tty second(device.tty(kConsole));
	ASSERT_EVENTUALLY(has_size(first, 90, 28));
	device.resize(120, 40);
	ASSERT_EVENTUALLY(has_size(first, 120, 40));
	EXPECT_TRUE(has_size(second, 0, 0));
}

TEST(a_device_without_multiport_has_its_size_in_the_configuration, .topology = "hostile_console")
{
	Device device({.features = kSingle | kSize, .queues = 2, .cols = 90, .rows = 28});
	const Tty tty(device.tty(0));
	ASSERT_EVENTUALLY(has_size(tty, 90, 28));
	device.resize(120, 40);
	ASSERT_EVENTUALLY(has_size(tty, 120, 40));
}

TEST(a_size_that_was_not_offered_is_not_read, .topology = "hostile_console")
{
	Device device({.features = kSingle, .queues = 2, .cols = 90, .rows = 28});
	const Tty tty(device.tty(0));
	device.resize(120, 40);
	expect_carries(device, 0, tty);
	EXPECT_TRUE(has_size(tty, 0, 0));
}

// Programs wait, or are told to; the kernel's log goes on without. When the host
// comes back it gets what was taken.
TEST(a_host_that_takes_nothing_stops_nobody, .topology = "hostile_console", .deadline = 60)
{
	Device device;
	device.add_console(kConsole);
	const std::string path = device.tty(kConsole);
	ASSERT_EQ(path, "/dev/hvc0");
	const Tty tty(path, TtyMode::Raw, O_NONBLOCK);
	note(fmt::format("{} bytes fit", fill(tty)));
	for (int line = 0; line < 1000; line++)
		print(fmt::format("line {}", line));
	const Tty other(path, TtyMode::Raw, O_NONBLOCK);
	EXPECT_FAILS(write(other.fd(), "x", 1), EAGAIN);
	device.send(kConsole, "to the guest");
	EXPECT_EQ(other.read_all(12), "to the guest");

	Worker writer([&] {
		const Tty blocking(path);
		return write(blocking.fd(), "at last", 7);
	});
	writer.wait_asleep(SYS_write);
	expect_sent(device, kConsole, "at last");
	EXPECT_EQ(writer.result(), 7);
}

TEST(a_host_that_makes_no_callbacks_gets_everything, .topology = "hostile_console", .deadline = 60)
{
	Device device;
	device.add_console(kConsole);
	// As long as nobody has the tty open, khvcd does not look after it.
	ASSERT_EQ(device.tty(kConsole), "/dev/hvc0");
	for (int line = 0; line < 100; line++)
		print(fmt::format("line {} of the log", line));
	print("the end of the log");
	expect_sent(device, kConsole, "the end of the log", VSER_DEVICE_GIVE_QUIETLY);

	const Tty tty(device.tty(kConsole));
	for (int round = 0; round < 30; round++) {
		print(fmt::format("line {} of many, one longer than a piece", round));
		tty.write("program\n");
	}
	print("the end");
	expect_sent(device, kConsole, "the end", VSER_DEVICE_GIVE_QUIETLY);
	tty.write("the very end");
	expect_sent(device, kConsole, "the very end", VSER_DEVICE_GIVE_QUIETLY);
}

// What virtio prints of it, it prints in the middle of our use of that queue.
struct Lie {
	const char *name;
	uint32_t queue;
	uint32_t id;
};
const Lie kLies[] = {
	{"transmit_out_of_range", transmit_queue(kConsole), 0xffffffff},
	{"receive_out_of_range", receive_queue(kConsole), 0xffffffff},
	{"control_out_of_range", kControlIn, 0xffffffff},
	{"transmit_never_posted", transmit_queue(kConsole), 20},
};

TEST_EACH(a_lie_that_is_printed_to_the_same_console, kLies, .topology = "hostile_console",
	  .deadline = 60)
{
	Device device;
	device.add_console(kConsole);
	const std::string path = device.tty(kConsole);
	ASSERT_EQ(path, "/dev/hvc0");
	const Tty tty(path, TtyMode::Raw, O_NONBLOCK);
	fill(tty);
	device.give(variant.queue, variant.id, 5, {}, VSER_DEVICE_GIVE_INTERRUPT);
	for (int line = 0; line < 100; line++)
		print(fmt::format("line {}", line));
	(void)!write(tty.fd(), "x", 1);
}

TEST(a_port_that_a_program_has_open_becomes_a_console, .topology = "hostile_console")
{
	Device device;
	device.add_port(kConsole, "org.gatehouse.wire.1");
	const UniqueFd fd = device.open_port(kConsole, O_RDWR);
	device.send_control(control_message(kConsole, VIRTIO_CONSOLE_CONSOLE_PORT, 1));
	const Tty tty(device.tty(kConsole));
	EXPECT_FAILS(write(fd.get(), "x", 1), ENODEV);
	expect_carries(device, kConsole, tty);
}

TEST(being_a_console_twice_changes_nothing, .topology = "hostile_console")
{
	Device device;
	device.add_console(kConsole);
	const Tty tty(device.tty(kConsole));
	for (int round = 0; round < 100; round++)
		device.send_control(control_message(kConsole, VIRTIO_CONSOLE_CONSOLE_PORT, 1));
	device.settle(kConsole);
	expect_carries(device, kConsole, tty);
}

TEST(consoles_come_and_go_under_use, .topology = "hostile_console", .deadline = 120)
{
	Device device;
	for (int round = 0; round < 50; round++) {
		device.add_console(kConsole);
		const std::string path = device.tty(kConsole);
		const Tty tty(path);
		Worker reader([&] {
			char byte;
			return read(tty.fd(), &byte, 1);
		});
		if (round % 2)
			reader.wait_asleep(SYS_read);
		print("a line");
		device.remove_port(kConsole);
		EXPECT_TRUE(reader.result() <= 0);
	}
}

struct Sleeper {
	const char *name;
	Device::Options options;
};
const Sleeper kSleepers[] = {
	{"of_many", {.features = kModern | kSize}},
	{"single", {.features = kSingle | kSize, .queues = 2}},
};

TEST_EACH(a_console_outlives_the_sleep_of_its_device, kSleepers, .topology = "hostile_console")
{
	Device device(variant.options);
	if (variant.options.queues > 2)
		device.add_console(0);
	const Tty tty(device.tty(0));
	expect_carries(device, 0, tty);
	device.sleep();
	print("while it sleeps");
	device.resize(120, 40, 0);
	ASSERT_EQ(device.wake_up(variant.options), 0);
	// Before the host has said anything of the port.
	expect_sent(device, 0, "while it sleeps");
	if (variant.options.queues > 2) {
		device.send_control(control_message(0, VIRTIO_CONSOLE_CONSOLE_PORT, 1));
		device.send_control(control_message(0, VIRTIO_CONSOLE_PORT_OPEN, 1));
	}
	expect_carries(device, 0, tty);
	ASSERT_EVENTUALLY(has_size(tty, 120, 40));
}

struct Going {
	const char *name;
	bool broken;
};
const Going kGoing[] = {{"gone", false}, {"broken", true}};

TEST_EACH(a_device_goes_while_its_console_is_full, kGoing, .topology = "hostile_console")
{
	Device device;
	device.add_console(kConsole);
	const Tty tty(device.tty(kConsole), TtyMode::Raw, O_NONBLOCK);
	fill(tty);
	device.remove(variant.broken);
	EXPECT_FAILS(write(tty.fd(), "x", 1), EIO);
}

TEST(a_device_that_breaks_its_queue_stops_nobody, .topology = "hostile_console")
{
	Device device;
	device.add_console(kConsole);
	const Tty tty(device.tty(kConsole), TtyMode::Raw, O_NONBLOCK);
	device.give(transmit_queue(kConsole), 0xffffffff, 0, {}, VSER_DEVICE_GIVE_INTERRUPT);
	for (int line = 0; line < 100; line++)
		print(fmt::format("line {}", line));
	const std::string data(10'000, 'x');
	Tty(device.tty(kConsole)).write(data);
	device.remove_port(kConsole);
	tty.wait_for(POLLHUP);
}

struct Oops {
	const char *name;
	bool stuck;	// the host had stopped taking before
	bool emergency; // it offers EMERG_WRITE
};
const Oops kOopses[] = {
	{"by_queue_and_register", false, true},
	{"by_register", true, true},
	{"by_what_room_there_is", true, false},
};

// Nobody takes anything while the kernel prints: this is the only CPU.
TEST_EACH(an_oops_is_told, kOopses, .topology = "hostile_console")
{
	Device device({.features = kModern | (variant.emergency ? kEmergency : 0)});
	device.add_console(kConsole);
	ASSERT_EQ(device.tty(kConsole), "/dev/hvc0");
	print("goes by the queue");
	expect_sent(device, kConsole, "goes by the queue\r\n");
	EXPECT_EQ(device.emergency(), "");
	if (variant.stuck) {
		print("lies in the queue");
		device.wait_buffer(transmit_queue(kConsole));
	}

	device.oops("the end is near");
	const std::string told = device.emergency();
	std::string queued;
	while (const auto buffer = device.take(transmit_queue(kConsole))) {
		device.give(transmit_queue(kConsole), buffer->id, 0);
		queued += buffer->data;
	}
	const std::string all = variant.stuck && variant.emergency ? told : queued + told;
	EXPECT_TRUE(all.find("the end is near\r\n") != std::string::npos);
	EXPECT_EQ(told.empty(), !variant.emergency);
	expect_carries(device, kConsole, Tty(device.tty(kConsole)));
}

} // namespace gatehouse::test
