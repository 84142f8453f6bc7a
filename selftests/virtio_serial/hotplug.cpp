// SPDX-License-Identifier: GPL-2.0-or-later
//
// Ports and whole devices that come and go, used or not.

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr std::string_view kNew = "org.gatehouse.new.0";
constexpr uint64_t kSeed = 5;
constexpr size_t kTooMuch = 16 << 20;

} // namespace

TEST(a_plugged_port_appears_and_works, .topology = kTransports)
{
	host::plug(kNew);
	const ConnectedPort port(O_RDWR, kNew);
	port.expect_carries();
}

TEST(an_unplugged_port_disappears)
{
	find_port();
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!has_port(kPort));
	const Port other = find_port("org.gatehouse.test.1");
	const UniqueFd fd = try_open(other);
	ASSERT_CALL(fd.get());
}

TEST(a_port_of_the_same_name_and_number_is_a_new_port)
{
	for (int round = 0; round < 5; round++) {
		host::plug(kNew, {.nr = 17});
		const ConnectedPort port(O_RDWR, kNew);
		port.expect_carries();
		host::unplug(kNew);
		port.wait_for(POLLHUP);
		char byte;
		EXPECT_FAILS(read(port.fd(), &byte, 1), ENODEV);
		ASSERT_EVENTUALLY(!has_port(kNew));
	}
}

TEST(a_new_port_works_while_the_old_fd_is_still_open)
{
	host::plug(kNew, {.nr = 17});
	const OpenPort old(O_RDWR, kNew);
	host::unplug(kNew);
	ASSERT_EVENTUALLY(!has_port(kNew));

	host::plug(kNew, {.nr = 17});
	const ConnectedPort port(O_RDWR, kNew);
	port.expect_carries();
	EXPECT_FAILS(write(old.fd(), "x", 1), ENODEV);
}

// The node itself goes with the port; one made by hand for the same number
// stands for a program that resolved the path just before.
TEST(the_number_of_an_unplugged_port_gets_enxio)
{
	struct stat node = {};
	{
		const OpenPort port;
		ASSERT_CALL(fstat(port.fd(), &node));
		host::unplug(kPort);
		ASSERT_EVENTUALLY(!has_port(kPort));
	}
	const char *const path = "/dev/gatehouse-stale";
	on_exit([=] { unlink(path); });
	ASSERT_CALL(mknod(path, S_IFCHR | 0600, node.st_rdev));
	EXPECT_FAILS(open(path, O_RDWR | O_CLOEXEC), ENXIO);
}

TEST(unplug_while_reading_and_writing_wakes_both, .topology = kTransports, .deadline = 120)
{
	const std::string data = pattern(kSeed, kTooMuch);
	for (int round = 0; round < 10; round++) {
		const ConnectedPort port;
		host::pause(kPort);
		char byte;
		Worker reader([&] { return read(port.fd(), &byte, 1); });
		Worker writer([&] { return port.write_until_error(data); });
		reader.wait_asleep(SYS_read);
		writer.wait_asleep(SYS_write);
		host::unplug(kPort);
		EXPECT_EQ(reader.result(), -1);
		EXPECT_EQ(errno_name(reader.error()), "ENODEV");
		EXPECT_EQ(writer.result(), -1);
		EXPECT_EQ(errno_name(writer.error()), "ENODEV");
		ASSERT_EVENTUALLY(!has_port(kPort));
		host::plug(kPort);
	}
}

// More rounds than a driver has buffers: QEMU never returns the buffer it was
// busy with at unplug.
TEST(what_an_unplugged_port_held_does_not_reach_the_next_one, .deadline = 60)
{
	for (int round = 0; round < 20; round++) {
		host::plug(kNew, {.nr = 17});
		const ConnectedPort port(O_RDWR | O_NONBLOCK, kNew);
		port.expect_carries();
		host::pause(kNew);
		port.fill(kSeed);
		host::unplug(kNew);
		ASSERT_EVENTUALLY(!has_port(kNew));
	}
}

TEST(unplug_in_the_middle_of_a_stream_each_way, .deadline = 120)
{
	for (int round = 0; round < 10; round++) {
		const ConnectedPort port;
		host::echo(kPort);
		const std::string data = pattern(kSeed, 1 << 16);
		Worker writer([&] { return port.write_until_error(data); });
		Worker reader([&] {
			char buffer[4096];
			long n;
			do // zero: the host's end has gone, the port not yet
				n = read(port.fd(), buffer, sizeof(buffer));
			while (n >= 0);
			return n;
		});
		port.read_all(10000); // the stream flows
		host::unplug(kPort);
		EXPECT_EQ(writer.result(), -1);
		EXPECT_EQ(errno_name(writer.error()), "ENODEV");
		EXPECT_EQ(reader.result(), -1);
		EXPECT_EQ(errno_name(reader.error()), "ENODEV");
		ASSERT_EVENTUALLY(!has_port(kPort));
		host::plug(kPort);
	}
}

TEST(a_dozen_ports_come_and_go_together, .deadline = 60)
{
	std::vector<std::string> names;
	for (int i = 0; i < 12; i++)
		names.push_back(fmt::format("org.gatehouse.dozen.{}", i));
	for (int round = 0; round < 2; round++) {
		for (const std::string &name : names)
			host::plug(name);
		for (const std::string &name : names)
			find_port(name);
		for (const std::string &name : names)
			host::unplug(name);
		for (const std::string &name : names)
			ASSERT_EVENTUALLY(!has_port(name));
	}
}

TEST(a_plugged_device_brings_its_ports, .deadline = 60)
{
	host::plug_device("vserhot", {"org.gatehouse.hot.0", "org.gatehouse.hot.1"});
	const ConnectedPort first(O_RDWR, "org.gatehouse.hot.0");
	const ConnectedPort second(O_RDWR, "org.gatehouse.hot.1");
	first.expect_carries();
	second.expect_carries();
}

TEST(unplug_of_a_device_ends_its_open_ports, .deadline = 60)
{
	for (int round = 0; round < 3; round++) {
		host::plug_device("vserhot", {"org.gatehouse.hot.0"});
		const ConnectedPort port(O_RDWR, "org.gatehouse.hot.0");
		port.expect_carries();
		char byte;
		Worker reader([&] { return read(port.fd(), &byte, 1); });
		reader.wait_asleep(SYS_read);
		host::unplug_device("vserhot");
		EXPECT_EQ(reader.result(), -1);
		EXPECT_EQ(errno_name(reader.error()), "ENODEV");
		EXPECT_FAILS(write(port.fd(), "x", 1), ENODEV);
		ASSERT_EVENTUALLY(!has_port("org.gatehouse.hot.0"));
	}
	// The other device never noticed.
	const ConnectedPort other;
	other.expect_carries();
}

} // namespace gatehouse::test
