// SPDX-License-Identifier: GPL-2.0-or-later
//
// A host that says wrong things on the control queue and in its configuration.
// Nothing of it may have an effect on what works, whatever it is.

#include <fcntl.h>
#include <unistd.h>

#include "device.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kPort1 = 1;
constexpr std::string_view kName = "org.gatehouse.wire.1";
constexpr uint16_t kEvents = VIRTIO_CONSOLE_PORT_NAME + 1; // known ones are below

// A device with one port that works, and still does at the end.
class GoodPort
{
public:
	explicit GoodPort(const Device::Options &options = {}) : device(options)
	{
		device.add_port(kPort1, kName);
		fd_ = device.open_port(kPort1, O_RDWR | O_NONBLOCK);
	}

	int fd() const { return fd_.get(); }

	void expect_same()
	{
		device.settle(kPort1);
		EXPECT_EQ(device.name(kPort1).value_or("(no port)"), kName);
		ASSERT_EQ(ASSERT_CALL(write(fd(), "there", 5)), 5);
		EXPECT_EQ(device.receive(kPort1, 5), "there");
		device.send(kPort1, "back");
		char buffer[16];
		const long n = ASSERT_CALL(read(fd(), buffer, sizeof(buffer)));
		EXPECT_EQ(std::string_view(buffer, n), "back");
	}

	Device device;

private:
	UniqueFd fd_;
};

} // namespace

struct DeviceKind {
	const char *name;
	Device::Options options;
};
constexpr uint64_t kMultiport = bit(VIRTIO_CONSOLE_F_MULTIPORT);
const DeviceKind kDeviceKinds[] = {
	{"modern", {}},
	{"legacy", {.features = kMultiport}},
	{"legacy_with_event_index", {.features = kMultiport | bit(kRingEventIndex)}},
	{"modern_without_event_index", {.features = kMultiport | bit(VIRTIO_F_VERSION_1)}},
	{"rings_of_one", {.ring_size = 1}},
	{"rings_of_two", {.ring_size = 2}},
	{"rings_of_1024", {.max_nr_ports = 4, .ring_size = 1024}},
	{"two_ports", {.max_nr_ports = 2}},
	{"five_hundred_ports", {.max_nr_ports = 511, .ring_size = 4}},
};

TEST_EACH(an_honest_device_works, kDeviceKinds, .topology = "hostile")
{
	GoodPort(variant.options).expect_same();
}

struct Claim {
	const char *name;
	Device::Options options;
};
const Claim kClaims[] = {
	{"no_ports", {.max_nr_ports = 0}},
	{"one_more_than_any", {.max_nr_ports = 8193, .ring_size = 1, .queues = 32768}},
	{"all_numbers", {.max_nr_ports = 0xffffffff}},
	{"fewer_queues", {.max_nr_ports = 31, .queues = 63}},
	{"no_queues", {.queues = 0}},
	{"no_queues_of_a_console", {.features = bit(VIRTIO_F_VERSION_1), .queues = 1}},
};

TEST_EACH(a_device_that_makes_no_sense_is_refused, kClaims, .topology = "hostile")
{
	Device device(variant.options);
	EXPECT_TRUE(device.status() & VIRTIO_CONFIG_S_FAILED);
	EXPECT_TRUE(!device.take(kControlOut));
}

TEST(a_change_of_the_configuration_changes_no_ports, .topology = "hostile")
{
	GoodPort port;
	for (const uint32_t claim : {0u, 1u, 2u, 8193u, 0xffffffffu}) {
		port.device.configure(claim);
		port.expect_same();
	}
}

TEST(a_device_that_needs_a_reset_harms_nobody, .topology = "hostile")
{
	GoodPort port;
	port.device.configure(31, VIRTIO_CONFIG_S_NEEDS_RESET);
	port.device.configure(31, 0xff);
	port.device.settle(kPort1);
}

struct Nonsense {
	const char *name;
	std::string bytes;
	uint32_t length; // that the device tells
};

Nonsense nonsense(const char *name, std::string bytes)
{
	const auto length = static_cast<uint32_t>(bytes.size());
	return {name, std::move(bytes), length};
}

std::string name_message(std::string_view name)
{
	return control_message(kPort1, VIRTIO_CONSOLE_PORT_NAME, 1, name);
}

const Nonsense kNonsense[] = {
	nonsense("empty", ""),
	nonsense("one_byte", control_message(kPort1, VIRTIO_CONSOLE_PORT_REMOVE).substr(0, 1)),
	nonsense("short_by_one", control_message(kPort1, VIRTIO_CONSOLE_PORT_REMOVE).substr(0, 7)),
	{"longer_than_its_buffer", control_message(kPort1, VIRTIO_CONSOLE_PORT_REMOVE), 65536},
	{"longest_of_all", control_message(kPort1, VIRTIO_CONSOLE_PORT_REMOVE), 0xffffffff},
	nonsense("another_name", name_message("org.gatehouse.other") + std::string(1, '\0')),
	nonsense("removes_an_unknown_port", control_message(2, VIRTIO_CONSOLE_PORT_REMOVE)),
	nonsense("opens_an_unknown_port", control_message(2, VIRTIO_CONSOLE_PORT_OPEN, 1)),
	nonsense("names_an_unknown_port", control_message(2, VIRTIO_CONSOLE_PORT_NAME, 1, "x")),
	nonsense("a_console_at_an_unknown_port",
		 control_message(2, VIRTIO_CONSOLE_CONSOLE_PORT, 1)),
	nonsense("a_resize_without_a_size", control_message(kPort1, VIRTIO_CONSOLE_RESIZE)),
};

TEST_EACH(a_message_without_sense_has_no_effect, kNonsense, .topology = "hostile")
{
	GoodPort port;
	for (int round = 0; round < 3; round++)
		port.device.send_control(variant.bytes, variant.length);
	if (std::string_view(variant.name) != "another_name")
		port.expect_same();
	else
		port.device.settle(kPort1);
}

TEST(an_id_out_of_range_has_no_effect, .topology = "hostile")
{
	GoodPort port;
	for (const uint32_t id : {31u, 32u, 0x7fffffffu, 0x80000001u, 0xffffffffu})
		for (uint16_t event = 0; event <= kEvents; event++)
			port.device.send_control(control_message(id, event, 1, "name"));
	port.expect_same();
}

TEST(an_unknown_event_has_no_effect, .topology = "hostile")
{
	GoodPort port;
	for (const uint16_t event : {VIRTIO_CONSOLE_DEVICE_READY, VIRTIO_CONSOLE_PORT_READY, 8, 9,
				     0x100, 0x7fff, 0x8000, 0xffff})
		for (const uint16_t value : {0, 1, 0xffff})
			port.device.send_control(control_message(kPort1, event, value, "name"));
	port.expect_same();
}

const Nonsense kBadNames[] = {
	nonsense("missing", ""),
	nonsense("nul", std::string(1, '\0')),
	nonsense("nul_inside", std::string("a\0b", 3)),
	nonsense("slash", "a/b"),
	nonsense("absolute", "/etc/passwd"),
	nonsense("dot_dot", ".."),
	nonsense("dot_dot_slash", "../../etc/passwd"),
	nonsense("hidden", ".x"),
	nonsense("newline", "a\nname: b"),
	nonsense("escape", "\033[2J"),
	nonsense("delete", "\x7f"),
	nonsense("256_bytes", std::string(256, 'a')),
	nonsense("buffer_full", std::string(4096, 'a')),
	{"64_kib", std::string(65536, 'a'), 65536 + sizeof(virtio_console_control)},
};

TEST_EACH(a_bad_name_is_no_name, kBadNames, .topology = "hostile")
{
	const std::string message = name_message(variant.bytes);
	Device device;
	device.add_port(kPort1, variant.bytes);
	device.send_control(message, std::max<uint32_t>(variant.length, message.size()));
	device.settle(kPort1);
	EXPECT_EQ(device.name(kPort1).value_or("(no port)"), "");
	device.send_control(name_message(kName));
	device.settle(kPort1);
	EXPECT_EQ(device.name(kPort1).value_or("(no port)"), kName);
	device.expect_carries(kPort1);
}

// What is not UTF-8 is kept or refused, never something else.
TEST(a_name_that_is_not_utf8_is_what_it_is_or_none, .topology = "hostile")
{
	for (const std::string bytes : {"\xff", "\xc0\xaf", "a\x80", "\xed\xa0\x80", "\xf8\x88"}) {
		Device device;
		device.add_port(kPort1, bytes);
		const std::string name = device.name(kPort1).value_or("(no port)");
		EXPECT_TRUE(name.empty() || name == bytes);
		device.expect_carries(kPort1);
	}
}

TEST(a_port_added_again_and_again_is_one_port, .topology = "hostile")
{
	GoodPort port;
	for (int round = 0; round < 100; round++)
		port.device.settle(kPort1); // which says PORT_ADD
	port.expect_same();
}

TEST(a_port_removed_again_and_again_can_come_again, .topology = "hostile")
{
	Device device;
	for (int round = 0; round < 20; round++) {
		device.add_port(kPort1, kName);
		for (int again = 0; again < 5; again++)
			device.send_control(control_message(kPort1, VIRTIO_CONSOLE_PORT_REMOVE));
	}
	device.add_port(kPort1, kName);
	device.expect_carries(kPort1);
}

TEST(two_ports_of_one_name_are_two_ports, .topology = "hostile")
{
	Device device;
	for (const uint32_t id : {1, 2, 30})
		device.add_port(id, kName);
	for (const uint32_t id : {1, 2, 30}) {
		EXPECT_EQ(device.name(id).value_or("(no port)"), kName);
		device.expect_carries(id);
	}
}

TEST(every_number_can_be_a_port, .topology = "hostile", .deadline = 60)
{
	constexpr uint32_t kPorts = 511;
	Device device({.max_nr_ports = kPorts, .ring_size = 4});
	for (uint32_t id = 0; id < kPorts; id++)
		device.add_port(id, fmt::format("org.gatehouse.wire.{}", id));
	for (uint32_t id = 0; id < kPorts; id += 17)
		device.expect_carries(id);
}

} // namespace gatehouse::test
