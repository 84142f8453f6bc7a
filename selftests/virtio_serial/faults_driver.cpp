// SPDX-License-Identifier: GPL-2.0-or-later
//
// The driver's own coming and going, and that of ports, with every allocation
// in them failing in turn. The device has few queues, for each of them has some.

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "faults.hpp"
#include "file.hpp"
#include "host.hpp"
#include "port.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "virtio_bus.hpp"

namespace gatehouse::test {

namespace {

constexpr char kModule[] = "virtio_serial";
constexpr char kAutoprobe[] = "/sys/bus/virtio/drivers_autoprobe";
constexpr std::string_view kNew = "org.gatehouse.new.0";

bool is_bound(const std::string &device)
{
	return !link_name("/sys/bus/virtio/devices/" + device + "/driver").empty();
}

void bind(const std::string &device)
{
	if (!is_bound(device))
		ASSERT_OK(write_file(bind_path("", kOurDriver), device));
}

void unbind(const std::string &device)
{
	if (is_bound(device))
		ASSERT_OK(write_file(unbind_path("", kOurDriver), device));
}

bool is_loaded()
{
	return has_driver("", kOurDriver);
}

// Held open: what opening needs is the kernel's business. In memory and without
// debug information, as it is read anew for each failure.
const UniqueFd &module_file()
{
	static const UniqueFd file = [] {
		const std::string copy = fmt::format("{}.ko", kModule);
		const std::string command = fmt::format("strip --strip-debug -o {} {}/{}", copy,
							getenv("GATEHOUSE_MODULES"), copy);
		ASSERT_EQ(system(command.c_str()), 0);
		return ASSERT_OK(sys::open(copy, O_RDONLY));
	}();
	return file;
}

long load()
{
	return syscall(SYS_finit_module, module_file().get(), "", 0);
}

void load_if_missing()
{
	if (!is_loaded())
		ASSERT_CALL(load());
}

long unload()
{
	return syscall(SYS_delete_module, kModule, O_NONBLOCK);
}

void expect_port_works()
{
	const Port port = find_port();
	const UniqueFd fd = try_open(port);
	ASSERT_CALL(fd.get());
	wait_host(kPort, HostState::Connected);
	ASSERT_EQ(ASSERT_CALL(write(fd.get(), "there", 5)), 5);
	ASSERT_EQ(host::recv(kPort, 5), "there");
}

size_t count_ports()
{
	return ASSERT_OK(sys::list_directory("/sys/class/virtio-ports")).size();
}

// The host's messages are handled in their order, so one that can be seen tells
// that all before it are done. What the guest answers to these, and the host to
// that, comes behind; so there is a second one.
void wait_for_messages()
{
	host::connect(kPort);
	wait_host(kPort, HostState::Connected);
	host::settle();
	host::disconnect(kPort);
	wait_host(kPort, HostState::Away);
}

} // namespace

TEST(probe_survives_each_failure, .topology = "faults_device", .deadline = 120, .debug = kDebugOnly)
{
	const std::string device = find_port().device;
	const UniqueFd file = ASSERT_OK(sys::open(bind_path("", kOurDriver), O_WRONLY));
	on_exit([=] { bind(device); });
	host::connect(kPort);
	each_failure({
		.name = "bind",
		.arrange = [&] { unbind(device); },
		.call = [&] { return write(file.get(), device.data(), device.size()); },
		.conclude =
			[&](long result) {
				ASSERT_EQ(is_bound(device), result >= 0);
				if (result >= 0)
					expect_port_works();
			},
	});
}

TEST(unbind_survives_each_failure, .topology = "faults_device", .deadline = 120,
     .debug = kDebugOnly)
{
	const std::string device = find_port().device;
	const UniqueFd file = ASSERT_OK(sys::open(unbind_path("", kOurDriver), O_WRONLY));
	on_exit([=] { bind(device); });
	each_failure({
		.name = "unbind",
		.arrange =
			[&] {
				bind(device);
				find_port();
			},
		.call = [&] { return write(file.get(), device.data(), device.size()); },
		.conclude = [&](long result) { ASSERT_EQ(is_bound(device), result < 0); },
	});
}

// Without the device: probe has a walk of its own.
TEST(insmod_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const std::string device = find_port().device;
	on_exit([=] {
		ASSERT_OK(write_file(kAutoprobe, "1"));
		load_if_missing();
		bind(device);
	});
	ASSERT_OK(write_file(kAutoprobe, "0"));
	each_failure({
		.name = "insmod",
		.arrange =
			[] {
				if (is_loaded())
					ASSERT_CALL(unload());
			},
		.call = load,
		.conclude = [](long result) { ASSERT_EQ(is_loaded(), result >= 0); },
	});
	host::connect(kPort);
	bind(device);
	expect_port_works();
}

TEST(rmmod_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	module_file(); // not in the walk, which counts descriptors
	on_exit(load_if_missing);
	each_failure({
		.name = "rmmod",
		.arrange =
			[&] {
				load_if_missing();
				find_port();
			},
		.call = unload,
		.conclude = [](long result) { ASSERT_EQ(is_loaded(), result < 0); },
	});
}

TEST(a_plugged_port_comes_after_each_failure, .topology = "faults_device", .deadline = 120,
     .debug = kDebugOnly)
{
	const size_t before = count_ports();
	each_failure_in_workers({
		.name = "plug",
		.call =
			[&] {
				host::plug(kNew);
				wait_for_messages();
				if (has_port(kNew))
					return 0;
				errno = ENOMEM;
				return -1;
			},
		.conclude =
			[&](long) {
				// It comes, with its name, when there is memory again.
				ASSERT_EVENTUALLY(has_port(kNew));
				host::unplug(kNew);
				ASSERT_EVENTUALLY(count_ports() == before);
			},
		.errors = {ENOMEM},
	});
}

TEST(an_unplugged_port_goes_at_each_failure, .topology = "faults_device", .deadline = 120,
     .debug = kDebugOnly)
{
	const size_t before = count_ports();
	each_failure_in_workers({
		.name = "unplug",
		.arrange =
			[] {
				host::plug(kNew);
				find_port(kNew);
			},
		.call =
			[&] {
				host::unplug(kNew);
				wait_for_messages();
				return 0;
			},
		.conclude = [&](long) { ASSERT_EQ(count_ports(), before); },
	});
}

} // namespace gatehouse::test
