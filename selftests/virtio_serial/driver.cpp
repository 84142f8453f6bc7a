// SPDX-License-Identifier: GPL-2.0-or-later
//
// The driver itself: bound, unbound, unloaded and loaded again, with and
// without open ports. Every case leaves it loaded and bound.

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "file.hpp"
#include "host.hpp"
#include "port.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "virtio_bus.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr char kModule[] = "virtio_serial";
constexpr std::string_view kUp = "org.gatehouse.up.0";

long unload()
{
	return syscall(SYS_delete_module, kModule, O_NONBLOCK);
}

void load()
{
	const std::string path = fmt::format("{}/{}.ko", getenv("GATEHOUSE_MODULES"), kModule);
	const UniqueFd file = ASSERT_OK(sys::open(path, O_RDONLY));
	ASSERT_CALL(syscall(SYS_finit_module, file.get(), "", 0));
}

void load_if_missing()
{
	if (!has_driver("", kOurDriver))
		load();
}

void unbind(const std::string &device)
{
	ASSERT_OK(write_file(unbind_path("", kOurDriver), device));
}

void bind(const std::string &device)
{
	ASSERT_OK(write_file(bind_path("", kOurDriver), device));
}

void bind_if_missing(const std::string &device)
{
	if (link_name("/sys/bus/virtio/devices/" + device + "/driver").empty())
		bind(device);
}

} // namespace

TEST(unbind_takes_the_ports_away_and_bind_brings_them_back, .topology = kTransports)
{
	const std::string device = find_port().device;
	on_exit([=] { bind_if_missing(device); });
	for (int round = 0; round < 5; round++) {
		unbind(device);
		EXPECT_TRUE(!has_port(kPort));
		bind(device);
		const ConnectedPort port;
		port.expect_carries();
		host::disconnect(kPort);
	}
}

TEST(unbind_ends_open_ports_with_enodev)
{
	const ConnectedPort port;
	const std::string device = port.port().device;
	on_exit([=] { bind_if_missing(device); });
	char byte;
	Worker reader([&] { return read(port.fd(), &byte, 1); });
	reader.wait_asleep(SYS_read);
	unbind(device);
	EXPECT_EQ(reader.result(), -1);
	EXPECT_EQ(errno_name(reader.error()), "ENODEV");
	EXPECT_FAILS(read(port.fd(), &byte, 1), ENODEV);
	EXPECT_FAILS(write(port.fd(), &byte, 1), ENODEV);
	EXPECT_EQ(poll_now(port.fd()) & (POLLOUT | POLLHUP), POLLHUP);

	// The device returns while the dead fd is still open.
	bind(device);
	wait_host(kPort, HostState::Connected);
	const Port again = find_port();
	const UniqueFd fd = try_open(again);
	ASSERT_CALL(fd.get());
	EXPECT_EQ(ASSERT_CALL(write(fd.get(), "again", 5)), 5);
	EXPECT_EQ(host::recv(kPort, 5), "again");
}

TEST(a_host_that_stays_is_seen_again_after_bind)
{
	const std::string device = find_port(kUp).device;
	on_exit([=] { bind_if_missing(device); });
	wait_host(kUp, HostState::Connected);
	unbind(device);
	bind(device);
	wait_host(kUp, HostState::Connected);
}

TEST(the_module_stays_while_a_port_is_open)
{
	OpenPort port;
	on_exit(load_if_missing);
	EXPECT_FAILS(unload(), EWOULDBLOCK);
	ConnectedPort(O_RDWR, "org.gatehouse.test.1").expect_carries();
	port.close();
	ASSERT_CALL(unload());
}

TEST(the_module_stays_while_the_fd_of_an_unplugged_port_is_open)
{
	OpenPort port;
	on_exit(load_if_missing);
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!has_port(kPort));
	EXPECT_FAILS(unload(), EWOULDBLOCK);
	char byte;
	EXPECT_FAILS(read(port.fd(), &byte, 1), ENODEV);
	port.close();
	ASSERT_CALL(unload());
}

TEST(the_module_unloads_and_loads_again_and_again, .deadline = 60)
{
	on_exit(load_if_missing);
	wait_host(kUp, HostState::Connected);
	for (int round = 0; round < 5; round++) {
		ASSERT_CALL(unload());
		EXPECT_TRUE(!has_port(kUp));
		load();
		wait_host(kUp, HostState::Connected);
	}
	const ConnectedPort port;
	port.expect_carries();
}

// What the guest did not read before it unloaded may be gone; what the host
// sends after must come.
TEST(a_stream_goes_on_after_a_reload)
{
	on_exit(load_if_missing);
	{
		const ConnectedPort port;
		port.expect_carries();
	}
	ASSERT_CALL(unload());
	load();
	wait_host(kPort, HostState::Connected);
	const Port port = find_port();
	const UniqueFd fd = try_open(port);
	ASSERT_CALL(fd.get());
	EXPECT_EQ(ASSERT_CALL(write(fd.get(), "more", 4)), 4);
	EXPECT_EQ(host::recv(kPort, 4), "more");
}

} // namespace gatehouse::test
