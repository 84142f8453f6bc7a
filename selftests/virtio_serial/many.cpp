// SPDX-License-Identifier: GPL-2.0-or-later
//
// Devices full of ports whose host ends were there before the guest booted:
// none may be missed, though QEMU drops control messages that find no buffer.

#include <unistd.h>

#include <algorithm>
#include <map>

#include "host.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

struct Device {
	const char *name;
	int ports;
};
constexpr Device kDevices[] = {{"twenty", 20}, {"thirty", 30}, {"thirtyone", 31}};

// The most ports that QEMU's device can have; each has its two queues.
constexpr Device kFull = {"full", 510};

// As many devices as this, of four ports each.
constexpr int kEight = 8;

std::string port_name(const Device &device, int number)
{
	return fmt::format("org.gatehouse.{}.{}", device.name, number);
}

void expect_carries(const std::string &name)
{
	const UniqueFd fd = try_open(find_port(name));
	ASSERT_CALL(fd.get());
	ASSERT_EQ(ASSERT_CALL(write(fd.get(), name.data(), name.size())), name.size());
	EXPECT_EQ(host::recv(name, name.size()), name);

	host::send(name, "y");
	char byte = 0;
	ASSERT_EQ(ASSERT_CALL(read(fd.get(), &byte, 1)), 1);
	EXPECT_EQ(byte, 'y');
}

// The state of all ports there are, by name: one look at sysfs for all of them.
std::map<std::string, HostState> host_states()
{
	std::map<std::string, HostState> states;
	const auto list = PortList::scan("");
	if (list.ok())
		for (const Port &port : list.value().ports())
			states[port.name] = port.host;
	return states;
}

} // namespace

TEST_EACH(all_ports_connected_before_boot_are_connected, kDevices, .topology = "many")
{
	for (int i = 0; i < variant.ports; i++)
		wait_host(port_name(variant, i), HostState::Connected);
}

// More messages than the control queue has buffers: QEMU drops most, the last
// ones among them. The guest must find out all the same that the host is away.
TEST_EACH(host_ends_that_go_in_a_storm_are_seen_as_gone, kDevices, .topology = "many",
	  .deadline = 90)
{
	std::vector<std::string> names;
	for (int i = 0; i < variant.ports; i++)
		names.push_back(port_name(variant, i));
	for (int round = 0; round < 3; round++) {
		host::flap(names, 3);
		for (const std::string &name : names)
			wait_host(name, HostState::Away);
		for (const std::string &name : names) {
			host::connect(name);
			wait_host(name, HostState::Connected);
		}
	}
}

TEST_EACH(all_ports_carry_data_both_ways, kDevices, .topology = "many", .deadline = 60)
{
	for (int i = 0; i < variant.ports; i++) {
		const std::string name = port_name(variant, i);
		wait_host(name, HostState::Connected);
		expect_carries(name);
	}
}

TEST(all_ports_of_a_full_device_are_named_and_connected, .topology = "full", .deadline = 120)
{
	ASSERT_EVENTUALLY(host_states().size() == size_t(kFull.ports));
	ASSERT_EVENTUALLY(std::ranges::all_of(host_states(), [](const auto &port) {
		return port.second == HostState::Connected;
	}));
	for (int i = 0; i < kFull.ports; i++)
		EXPECT_TRUE(has_port(port_name(kFull, i)));
	for (int i = 0; i < kFull.ports; i += 50)
		expect_carries(port_name(kFull, i));
}

TEST(ports_of_many_devices_are_all_connected_and_carry_data, .topology = "eight", .deadline = 60)
{
	for (int device = 0; device < kEight; device++)
		for (int i = 0; i < 4; i++) {
			const std::string name = fmt::format("org.gatehouse.dev{}.{}", device, i);
			wait_host(name, HostState::Connected);
			expect_carries(name);
		}
}

} // namespace gatehouse::test
