// SPDX-License-Identifier: GPL-2.0-or-later
//
// The table of virtio_serial: a port whose host sends back what it gets, one
// whose host only reads, what sysfs has of the first, and all that a host and an
// administrator do. Needs a topology with kPorts. Each program finds the ports
// in slots 0 and 1.

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>

#include "file.hpp"
#include "file_calls.hpp"
#include "host.hpp"
#include "port.hpp"
#include "slots.hpp"
#include "tables.hpp"
#include "virtio_bus.hpp"

namespace gatehouse::stress {

namespace {

using test::host::attempt;
using test::host::json;
using Kind = Argument::Kind;

// A call to the host takes as long as some hundred on files, and to take the
// driver away some thousand: it waits for a host that does not read.
constexpr unsigned kFileWeight = 100;
constexpr unsigned kHostWeight = 3;
constexpr unsigned kDriverWeight = 1;

constexpr std::array<const char *, 2> kPorts = {"org.gatehouse.test.0", "org.gatehouse.test.1"};
// The second one waits, for data that never comes: others meet its readers.
constexpr std::array<int, 2> kFlags = {O_NONBLOCK, 0};

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

void open_port(Slots &files, size_t index)
{
	// A second file of the port, in another slot, would keep it busy.
	files.put(index, -1);
	files.put(index, open(device_path(index).c_str(), O_RDWR | O_CLOEXEC | kFlags[index]));
	(void)files.take_replaced(index);
}

void restore_host()
{
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

// To open a port takes as long as a hundred other calls, so only those that have
// been replaced are, or all when there may have been an unplug.
void prepare(Slots &files)
{
	const bool anew = changed.exchange(false);
	if (anew)
		restore_host();
	for (size_t slot = kPorts.size(); slot < Slots::kCount; slot++)
		files.put(slot, -1);
	for (size_t index = 0; index < kPorts.size(); index++) {
		if (files.take_replaced(index) || anew)
			open_port(files, index);
		else
			fcntl(files.get(index), F_SETFL, kFlags[index]);
	}
}

// The words of a call to the host, from its two arguments.
using Words = json (*)(const char *port, uint64_t number);

json only_port(const char *port, uint64_t)
{
	return {{"port", port}};
}

// more: none, or the number.
Row host_row(std::string_view call, const std::vector<Argument> &more = {}, Words words = only_port)
{
	std::vector<Argument> arguments = {{"port", Kind::Choice, {0, 0, 0, 1}}};
	arguments.insert(arguments.end(), more.begin(), more.end());
	const auto run = [call, words](Slots &, const Arguments &a) {
		changed = true;
		// What can't be done now is no error.
		(void)attempt(call, words(kPorts[a[0] % kPorts.size()], a.size() > 1 ? a[1] : 0));
	};
	return {call, kHostWeight, arguments, run};
}

std::vector<Row> host_rows()
{
	const Argument on = {"on", Kind::Choice, {0, 1}};
	const Argument rounds = {"rounds", Kind::Choice, {1, 2, 5}};
	const Argument length = {"length", Kind::Number, {1, 2, 100, 4096, 4097, 65536, 300000}};
	const auto echo = [](const char *port, uint64_t number) {
		return json{{"port", port}, {"on", number != 0}};
	};
	const auto flap = [](const char *port, uint64_t number) {
		return json{{"ports", {port}}, {"rounds", number % 8}};
	};
	const auto send = [](const char *port, uint64_t number) {
		return json{{"port", port},
			    {"seed", 1},
			    {"length", number % (1 << 20)},
			    {"timeout", 0.05}};
	};
	return {
		host_row("connect"),
		host_row("disconnect"),
		host_row("pause"),
		host_row("resume"),
		host_row("unplug"),
		host_row("plug"),
		host_row("echo", {on}, echo),
		host_row("flap", {rounds}, flap),
		host_row("send_pattern", {length}, send),
	};
}

// What can't be done, because it is so already, is no error.
Row driver_row(std::string_view name, const std::vector<std::string> &paths)
{
	const auto run = [paths](Slots &, const Arguments &) {
		changed = true;
		for (const std::string &path : paths)
			(void)write_file(path, port(0).device);
	};
	return {name, kDriverWeight, {}, run};
}

} // namespace

Table virtio_serial_table()
{
	const std::string &folder = port(0).syspath;
	const std::string bind = bind_path("", kOurDriver), unbind = unbind_path("", kOurDriver);
	Table table = {
		.rows = file_calls({device_path(0), device_path(0), device_path(1),
				    folder + "/name", folder + "/host_connected",
				    folder + "/uevent"}),
		.prepare = prepare,
	};
	for (Row &row : table.rows)
		row.weight *= kFileWeight;
	std::ranges::move(host_rows(), std::back_inserter(table.rows));
	table.rows.push_back(driver_row("unbind", {unbind}));
	table.rows.push_back(driver_row("rebind", {unbind, bind}));
	return table;
}

} // namespace gatehouse::stress
