// SPDX-License-Identifier: GPL-2.0-or-later
//
// The table of virtio_serial: a port whose host sends back what it gets, one
// whose host only reads, what sysfs has of the first, and all that a host and an
// administrator do. Needs a topology with kPorts. Each program finds the ports
// in slots 0 and 1.

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <atomic>

#include "execute.hpp"
#include "file.hpp"
#include "file_calls.hpp"
#include "host.hpp"
#include "port.hpp"
#include "tables.hpp"
#include "virtio_bus.hpp"

namespace gatehouse::stress {

namespace {

using test::host::attempt;
using test::host::json;
using Kind = Argument::Kind;

constexpr std::array<const char *, 2> kPorts = {"org.gatehouse.test.0", "org.gatehouse.test.1"};

// Whether a program has changed anything that lies beyond its files.
std::atomic<bool> changed = true;

// The host gives a port that returns the number it had, and so the same name.
const Port &port(size_t index)
{
	static const std::array<Port, 2> ports = {test::find_port(kPorts[0]),
						  test::find_port(kPorts[1])};
	return ports[index];
}

std::string device_path(size_t index)
{
	return "/dev/" + port(index).id;
}

void open_port(Context &context, size_t index)
{
	// A second file of the port, in another slot, would keep it busy.
	context.slots.put(index, -1);
	const int flags = O_RDWR | O_NONBLOCK | O_CLOEXEC;
	context.slots.put(index, open(device_path(index).c_str(), flags));
	(void)context.slots.take_replaced(index);
}

void restore_flags(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETOWN, 0);
	fcntl(fd, F_SETSIG, 0);
}

void begin(Context &)
{
	if (!changed.exchange(false))
		return;
	// It fails, rightly, where the driver has the device.
	(void)write_file(bind_path("", kOurDriver), port(0).device);
	test::host::call("reset", json::object());
	for (const char *name : kPorts) {
		test::find_port(name);
		test::host::connect(name);
		test::wait_host(name, HostState::Connected);
	}
	test::host::echo(kPorts[0]);
}

// Opening takes as long as a hundred other calls. So only what was replaced, or
// ended by an unplug, is opened anew.
void prepare(Context &context)
{
	for (size_t slot = kPorts.size(); slot < Slots::kCount; slot++)
		if (context.fd(slot) >= 0)
			context.slots.put(slot, -1);
	const bool flags_changed = context.slots.take_flags_changed();
	std::array<pollfd, kPorts.size()> ports;
	for (size_t index = 0; index < ports.size(); index++)
		ports[index] = {.fd = context.fd(index), .events = 0, .revents = 0};
	poll(ports.data(), ports.size(), 0);
	for (size_t index = 0; index < ports.size(); index++) {
		if (context.slots.take_replaced(index) || ports[index].revents & POLLERR)
			open_port(context, index);
		else if (flags_changed)
			restore_flags(context.fd(index));
	}
}

Row host_row(
	std::string_view call, std::vector<Argument> more = {},
	const std::function<json(const Arguments &)> &extra = [](const Arguments &) {
		return json::object();
	})
{
	std::vector<Argument> arguments = {{"port", Kind::Choice, {0, 0, 0, 1}}};
	arguments.insert(arguments.end(), more.begin(), more.end());
	const auto run = [call, extra](Context &, const Arguments &a) {
		json words = extra(a);
		words["port"] = kPorts[a[0] % kPorts.size()];
		changed = true;
		(void)attempt(call, std::move(words)); // what can't be done now is no error
	};
	return {call, 1, std::move(arguments), run};
}

std::vector<Row> host_rows()
{
	const Argument length = {"length", Kind::Number, {1, 2, 100, 4096, 4097, 65536, 300000}};
	return {
		host_row("connect"),
		host_row("disconnect"),
		host_row("pause"),
		host_row("resume"),
		host_row("echo", {{"on", Kind::Choice, {0, 1}}},
			 [](const Arguments &a) {
				 return json{{"on", a[1] != 0}};
			 }),
		host_row("send_pattern", {length},
			 [](const Arguments &a) {
				 return json{{"seed", 1},
					     {"length", a[1] % (1 << 20)},
					     {"timeout", 0.05}};
			 }),
		host_row("flap", {{"rounds", Kind::Choice, {1, 2, 5}}},
			 [](const Arguments &a) {
				 return json{{"ports", json::array({kPorts[a[0] % kPorts.size()]})},
					     {"rounds", a[1] % 8}};
			 }),
		host_row("unplug"),
		host_row("plug"),
	};
}

// What can't be done, because it is so already, is no error.
Row driver_row(std::string_view name, const std::vector<std::string> &paths)
{
	const auto run = [paths](Context &, const Arguments &) {
		changed = true;
		for (const std::string &path : paths)
			(void)write_file(path, port(0).device);
	};
	return {name, 1, {}, run};
}

} // namespace

Table virtio_serial_table()
{
	const std::string &folder = port(0).syspath;
	Table table = {
		.name = "virtio_serial",
		.module = "virtio_serial",
		.rows = file_calls({device_path(0), device_path(0), device_path(1),
				    folder + "/name", folder + "/host_connected",
				    folder + "/uevent"}),
		.begin = begin,
		.prepare = prepare,
	};
	// A call to the host takes as long as some hundred others, and to take
	// the driver away some thousand: it waits for a host that does not read.
	for (Row &row : table.rows)
		row.weight *= 100;
	for (Row &row : host_rows()) {
		row.weight *= 3;
		table.rows.push_back(std::move(row));
	}
	const std::string unbind = unbind_path("", kOurDriver);
	table.rows.push_back(driver_row("unbind", {unbind}));
	table.rows.push_back(driver_row("rebind", {unbind, bind_path("", kOurDriver)}));
	return table;
}

} // namespace gatehouse::stress
