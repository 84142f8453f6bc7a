// SPDX-License-Identifier: GPL-2.0-or-later
//
// Suspend to memory (S3) and hibernation with open ports: the same cases in three
// machines. One sleeps; one writes the image of a hibernation and reads it back;
// one is switched off, and another QEMU goes on with its image. What happens to
// the device's queues in it, to the byte: hostile_suspend.cpp.

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include <gatehouse/virtio_serial.h>

#include "console.hpp"
#include "file.hpp"
#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

using host::json;

constexpr std::string_view kOther = "org.gatehouse.test.1";
constexpr std::string_view kNew = "org.gatehouse.new.0";
constexpr std::string_view kNewer = "org.gatehouse.new.1";
constexpr std::string_view kConsole = "org.gatehouse.console.0";
constexpr uint64_t kSeed = 31;
constexpr size_t kHeld = 4 << 20; // more than device and driver hold
constexpr size_t kPiece = 4096;
constexpr size_t kArrived = 200'000; // what a port takes though nobody reads

constexpr std::string_view kTestResume = "test_resume";
constexpr const char *kAll = "freezable,hibernating,powered_off";
constexpr const char *kInOneMachine = "freezable,hibernating";

// What happens to the kernel while it is asleep: host ends that were there are
// still there, or have come back, unless one of these calls makes them go. When
// the image is written its devices work; the kernel that wrote it is forgotten.
struct Way {
	std::string_view topology;
	const char *call;     // to the host: do this meanwhile
	std::string_view how; // /sys/power/disk, if it is hibernation
	int rounds;	      // of a test that goes through it again and again
};
constexpr Way kWays[] = {
	{"freezable", "wake", "", 3},
	{"hibernating", "when_said", kTestResume, 2},
	{"powered_off", "return", "platform", 1},
};

const Way &way()
{
	const std::string_view topology = getenv("GATEHOUSE_TOPOLOGY");
	for (const Way &way : kWays) {
		if (way.topology == topology)
			return way;
	}
	fail(fmt::format("no way to sleep in {}", topology));
}

void write_power(std::string_view file, std::string_view value)
{
	ASSERT_OK(write_file(fmt::format("/sys/power/{}", file), value));
}

// Sleeps until the host has done these calls, and longer.
void sleep_while(json meanwhile = json::array())
{
	if (way().how == kTestResume && getenv("GATEHOUSE_KERNEL") == std::string_view("6.1"))
		skip("6.1 reads no image back from a swap that is in use (test_resume)");
	json request = {{"meanwhile", std::move(meanwhile)}};
	if (way().how == kTestResume)
		request["text"] = "Image saving progress";
	host::call(way().call, std::move(request));
	if (!way().how.empty())
		write_power("disk", way().how);
	write_power("state", way().how.empty() ? "mem" : "disk");
	host::call("woken", json::object());
}

json on_host(std::string_view call, std::string_view port = kPort)
{
	return {{"call", call}, {"port", port}};
}

vser_port_counters counters(const OpenPort &port)
{
	vser_port_counters arg = {};
	arg.size = sizeof(arg);
	ASSERT_CALL(ioctl(port.fd(), VSER_PORT_GET_COUNTERS, &arg));
	return arg;
}

// Buffers that were sent again.
uint64_t repeated(const OpenPort &port)
{
	return counters(port).tx_repeated;
}

// Bytes that the driver has got.
uint64_t arrived(const OpenPort &port)
{
	poll_now(port.fd()); // has it look
	return counters(port).rx_bytes;
}

uint64_t generation(const OpenPort &port)
{
	vser_port_info arg = {};
	arg.size = sizeof(arg);
	ASSERT_CALL(ioctl(port.fd(), VSER_PORT_GET_INFO, &arg));
	return arg.generation;
}

} // namespace

TEST(idle_ports_work_on, .topology = kAll, .deadline = 90)
{
	const ConnectedPort port;
	const OpenPort other(O_RDWR, kOther);
	const uint64_t before = generation(port);
	for (int round = 0; round < way().rounds; round++) {
		sleep_while();
		EXPECT_EQ(poll_now(port.fd()), POLLOUT);
		EXPECT_TRUE(poll_now(other.fd()) & POLLHUP);
		port.expect_carries();
	}
	EXPECT_EQ(generation(port), before);
	other.connect();
	other.expect_carries();
}

TEST(a_port_that_nobody_has_open_can_be_opened_after_it, .topology = kInOneMachine, .deadline = 60)
{
	find_port();
	sleep_while();
	const ConnectedPort port;
	port.expect_carries();
}

// It takes in less than two seconds what the device holds.
TEST(a_slow_host_gets_an_exact_stream, .topology = kAll, .deadline = 90)
{
	const ConnectedPort port;
	const uint64_t before = repeated(port);
	std::atomic<bool> enough = false;
	host::call("pace", {{"port", kPort}, {"rate", 2'000'000}});
	Worker writer([&] {
		long written = 0;
		while (!enough) {
			const std::string data = pattern(kSeed, kPiece, written);
			written += ASSERT_CALL(write(port.fd(), data.data(), data.size()));
		}
		return written;
	});
	for (int round = 0; round < way().rounds; round++) {
		writer.wait_asleep(SYS_write);
		sleep_while();
	}
	enough = true;
	const long written = writer.result();
	host::recv_pattern(kPort, kSeed, written);
	EXPECT_EQ(repeated(port), before);
}

// Many small pieces come while the machine goes to sleep, sleeps and wakes up.
TEST(a_host_that_sends_is_heard_to_the_byte, .topology = kInOneMachine, .deadline = 90)
{
	const ConnectedPort port;
	const size_t length = (16 << 20) / patience();
	Worker reader([&] {
		size_t done = 0;
		while (done < length) {
			const std::string data = port.read(kPiece);
			if (pattern_mismatch(data, kSeed, done) != data.size())
				fail(fmt::format("a wrong byte after {}", done));
			done += data.size();
		}
		return long(done);
	});
	host::start_send_pattern(kPort, kSeed, length, 500);
	for (int round = 0; round < way().rounds; round++)
		sleep_while();
	EXPECT_EQ(reader.result(), length);
	host::join(kPort);
}

TEST(what_is_on_its_way_arrives, .topology = kInOneMachine, .deadline = 60)
{
	const ConnectedPort port;
	host::start_send_pattern(kPort, kSeed, kHeld);
	port.wait_for(POLLIN);
	sleep_while();
	const std::string got = port.read_all(kHeld);
	EXPECT_EQ(pattern_mismatch(got, kSeed), kHeld);
	host::join(kPort);
	sleep_while({{{"call", "send"}, {"port", kPort}, {"data", "ZW5k"}}});
	EXPECT_EQ(port.read_all(3), "end");
}

TEST(what_has_arrived_is_there_after_it, .topology = kAll, .deadline = 90)
{
	const ConnectedPort port;
	const uint64_t before = arrived(port);
	host::send_pattern(kPort, kSeed, kArrived);
	ASSERT_EVENTUALLY(arrived(port) == before + kArrived);
	sleep_while();
	const std::string got = port.read_all(kArrived);
	EXPECT_EQ(pattern_mismatch(got, kSeed), kArrived);
	port.expect_carries();
}

TEST(what_is_typed_meanwhile_arrives, .topology = kInOneMachine, .deadline = 60)
{
	const Console console(kConsole);
	const Console nameless(kNameless);
	json typed = on_host("send", kConsole);
	json typed_too = on_host("send", kNameless);
	typed["data"] = "ZW5k";
	typed_too["data"] = "ZW5k";
	sleep_while({typed, typed_too});
	EXPECT_EQ(console.read_all(3), "end");
	EXPECT_EQ(nameless.read_all(3), "end");
}

TEST(consoles_work_on, .topology = kAll, .deadline = 90)
{
	const Console console(kConsole);
	const Console nameless(kNameless);
	for (int round = 0; round < way().rounds; round++) {
		sleep_while();
		console.expect_carries();
		nameless.expect_carries();
	}
}

// One write(2) is not cut in two.
TEST(who_sleeps_in_a_call_sleeps_on, .topology = kAll, .deadline = 90)
{
	const ConnectedPort port;
	host::pause(kPort);
	const std::string data = pattern(kSeed, kHeld);
	Worker writer([&] { return write(port.fd(), data.data(), data.size()); });
	Worker reader([&] {
		char byte;
		return read(port.fd(), &byte, 1);
	});
	writer.wait_asleep(SYS_write);
	reader.wait_asleep(SYS_read);
	sleep_while();
	writer.wait_asleep(SYS_write);
	reader.wait_asleep(SYS_read);
	host::resume(kPort);
	EXPECT_EQ(writer.result(), kHeld);
	host::send(kPort, "x");
	EXPECT_EQ(reader.result(), 1);
}

TEST(a_host_that_comes_meanwhile_is_seen, .topology = kAll, .deadline = 90)
{
	const OpenPort port;
	const uint64_t before = generation(port);
	sleep_while({on_host("connect")});
	port.wait_for(POLLOUT);
	EXPECT_EQ(generation(port), before + 1);
	port.expect_carries();
}

TEST(a_host_that_leaves_meanwhile_is_seen, .topology = kAll, .deadline = 90)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	const uint64_t before = repeated(port);
	host::pause(kPort);
	port.fill(kSeed);
	sleep_while({on_host("disconnect")});
	port.wait_for(POLLHUP);
	EXPECT_EQ(repeated(port), before);
	EXPECT_FAILS(fsync(port.fd()), EIO);
	port.connect();
	port.expect_carries();
}

TEST(a_port_unplugged_meanwhile_goes, .topology = kAll, .deadline = 90)
{
	const ConnectedPort port;
	Worker reader([&] {
		char byte;
		return read(port.fd(), &byte, 1);
	});
	reader.wait_asleep(SYS_read);
	sleep_while({on_host("unplug")});
	EXPECT_EQ(reader.result(), -1);
	EXPECT_EQ(errno_name(reader.error()), "ENODEV");
	ASSERT_EVENTUALLY(!has_port(kPort));
	const ConnectedPort other(O_RDWR, kOther);
	other.expect_carries();
}

TEST(a_port_plugged_meanwhile_appears, .topology = kInOneMachine, .deadline = 60)
{
	find_port();
	sleep_while({on_host("plug", kNew)});
	const ConnectedPort port(O_RDWR, kNew);
	port.expect_carries();
}

TEST(a_port_replaced_meanwhile_is_another_one, .topology = kAll, .deadline = 90)
{
	host::plug(kNew, {.nr = 17});
	const ConnectedPort old(O_RDWR, kNew);
	json plug = on_host("plug", kNewer);
	plug["nr"] = 17;
	sleep_while({on_host("unplug", kNew), plug});
	old.wait_for(POLLHUP);
	EXPECT_FAILS(write(old.fd(), "x", 1), ENODEV);
	const ConnectedPort port(O_RDWR, kNewer);
	port.expect_carries();
}

} // namespace gatehouse::test
