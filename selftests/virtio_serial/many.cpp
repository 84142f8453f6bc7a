// SPDX-License-Identifier: GPL-2.0-or-later
//
// Devices full of ports whose host ends were there before the guest booted:
// none may be missed, though QEMU drops control messages that find no buffer.

#include <unistd.h>

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

std::string port_name(const Device &device, int number)
{
	return fmt::format("org.gatehouse.{}.{}", device.name, number);
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
		const UniqueFd fd = try_open(find_port(name));
		ASSERT_CALL(fd.get());
		ASSERT_EQ(ASSERT_CALL(write(fd.get(), name.data(), name.size())), name.size());
		EXPECT_EQ(host::recv(name, name.size()), name);

		host::send(name, "y");
		char byte = 0;
		ASSERT_EQ(ASSERT_CALL(read(fd.get(), &byte, 1)), 1);
		EXPECT_EQ(byte, 'y');
	}
}

} // namespace gatehouse::test
