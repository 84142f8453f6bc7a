// SPDX-License-Identifier: GPL-2.0-or-later
//
// The table of a hostile host: what it may do on the wire (hostile_host.hpp), and
// what programs do with its ports meanwhile. A program starts with a new device
// and one port, which is connected, and which the first slot has open. After each
// call the driver's work is waited for, so that what a call has led to counts for
// it.

#include <fcntl.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <sys/ioctl.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <thread>

#include <fmt/core.h>

#include <gatehouse/virtio_serial.h>

#include "file.hpp"
#include "file_calls.hpp"
#include "hostile_host.hpp"
#include "memory.hpp"
#include "slots.hpp"
#include "tables.hpp"
#include "virtio_bus.hpp"

namespace gatehouse::stress {

namespace {

using Kind = Argument::Kind;
using Clock = std::chrono::steady_clock;

Host host;

// How often a kind of call is taken. The driver waits up to two seconds for a host
// that has not read everything, in those that wait.
constexpr unsigned kUsual = 400;
constexpr unsigned kOpen = 300;
constexpr unsigned kFile = 10; // times those of file_calls()
constexpr unsigned kRare = 40;
constexpr unsigned kWaits = 5;
constexpr unsigned kSlow = 1;

const Argument kId = {"id", Kind::Number, {0, 1, 1, 1, 1, 2, 3, 4, 0xffffffff}};
const Argument kEvent = {"event",
			 Kind::Number,
			 {VIRTIO_CONSOLE_PORT_ADD, VIRTIO_CONSOLE_PORT_ADD,
			  VIRTIO_CONSOLE_PORT_REMOVE, VIRTIO_CONSOLE_CONSOLE_PORT,
			  VIRTIO_CONSOLE_RESIZE, VIRTIO_CONSOLE_PORT_OPEN, VIRTIO_CONSOLE_PORT_OPEN,
			  VIRTIO_CONSOLE_PORT_NAME, VIRTIO_CONSOLE_PORT_NAME}};
const Argument kValue = {"value", Kind::Number, {0, 1, 1, 1}};
const Argument kMore = {"more",
			Kind::Number,
			{0,
			 1,
			 1,
			 2,
			 3,
			 4,
			 text_number(9),
			 text_number(255),
			 text_number(256),
			 text_number(257),
			 text_number(504),
			 text_number(505),
			 text_number(4096),
			 text_number(20, '\0', 19),
			 text_number(256, '\0', 255),
			 text_number(20, '\0', 7),
			 text_number(20, '/', 3),
			 text_number(20, '.'),
			 text_number(20, '\n', 5),
			 text_number(20, 0xff, 5),
			 text_number(69'000)}};
// 0 is the honest one.
const Argument kLength = {
	"length", Kind::Number, {0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 8, 9, 512, 513, 4097, 0x80000000}};
const Argument kTimes = {"times", Kind::Choice, {1, 1, 1, 1, 1, 1, 2, 8, 40, 300}};
const Argument kHow = {"how", Kind::Choice, {AsAsked, AsAsked, AsAsked, Always, Quietly}};
const Argument kQueue = {
	"queue", Kind::Choice, {0, 1, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 7, 8, 9, Host::kQueues}};
const Argument kSmall = {"number", Kind::Number, {0, 1, 2, 3, 31, 32, 0xffff, 0xffffffff}};
const Argument kPort = {"port", Kind::Choice, {0, 1, 1, 1, 1, 2, 3}};
const Argument kNode = {"node", Kind::Choice, {0, 1, 1, 1, 1, 2, 3, 4, 4, 5}};
const Argument kQueues = {"queues", Kind::Choice, {test::kQueues, test::kQueues, 0, 2, 4, 9}};
const Argument kRing = {"ring", Kind::Choice, {0, 1, 2, 5, 5, 7, 10}};
const Argument kFeatures = {
	"features",
	Kind::Choice,
	{test::kModern, test::kModern | test::bit(VIRTIO_CONSOLE_F_SIZE),
	 test::kModern & ~test::bit(test::kRingEventIndex),
	 test::kModern & ~test::bit(VIRTIO_F_VERSION_1),
	 test::kModern & ~test::bit(VIRTIO_CONSOLE_F_MULTIPORT),
	 test::kModern | test::bit(VIRTIO_CONSOLE_F_SIZE) | test::bit(VIRTIO_CONSOLE_F_EMERG_WRITE),
	 0, ~0ul}};
const Argument kPorts = {"ports", Kind::Choice, {4, 4, 4, 0, 1, 2, 31, 64, 8193, 0xffffffff}};
const Argument kClaimed = {
	"claimed", Kind::Choice, {0, 0, VIRTIO_CONFIG_S_NEEDS_RESET, VIRTIO_CONFIG_S_FAILED, 0xc0}};
const Argument kOpenFlags = {"flags",
			     Kind::Choice,
			     {O_RDWR | O_NONBLOCK, O_RDWR | O_NONBLOCK, O_RDWR | O_NONBLOCK, O_RDWR,
			      O_RDONLY | O_NONBLOCK, O_WRONLY | O_NONBLOCK}};
const Argument kTo = {"to", Kind::Choice, {0, 0, 0, 0, 1, 1, 2, 3}};
const Argument kMilliseconds = {"ms", Kind::Choice, {1, 20, 20, 1100}};

// What the host does, by the numbers of its arguments.
template <typename Run>
Row step(std::string_view name, unsigned weight, std::vector<Argument> arguments, Run run)
{
	return {name, weight, std::move(arguments),
		[run](Slots &, const Arguments &a) { run(a.data()); }};
}

// Signals that come meanwhile do not end it.
void pass(uint64_t milliseconds)
{
	const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
	std::this_thread::sleep_until(end);
}

std::vector<Row> wire_steps()
{
	const Argument which = {"which", Kind::Choice, {0, 1, 2, 3}};
	const Argument field = {"field", Kind::Choice, {0, 1, 2, 3, 4}};
	return {
		step("message", 3 * kUsual, {kId, kEvent, kValue, kMore, kLength, kTimes, kHow},
		     [](const uint64_t *a) {
			     host.message({a[0], a[1], a[2], a[3], a[4], a[5], a[6]});
		     }),
		step("serve", 2 * kUsual, {kQueue, kMore, kLength, kTimes, kHow},
		     [](const uint64_t *a) { host.serve(a[0], a[1], a[2], a[3], a[4]); }),
		step("keep", kUsual / 2, {kQueue}, [](const uint64_t *a) { host.keep(a[0]); }),
		step("give_kept", kUsual / 2, {which, kLength, kHow},
		     [](const uint64_t *a) { host.give_kept(a[0], a[1], a[2]); }),
		step("lie", kRare, {kQueue, kSmall, kLength, kHow},
		     [](const uint64_t *a) { host.lie(a[0], a[1], a[2], a[3]); }),
		step("poke", kRare, {kQueue, field, kSmall},
		     [](const uint64_t *a) { host.poke(a[0], a[1], a[2]); }),
		step("interrupt", kUsual / 4, {kQueue},
		     [](const uint64_t *a) { host.interrupt(a[0]); }),
	};
}

std::vector<Row> device_steps()
{
	const Argument columns = {"columns", Kind::Number, {0, 80, 0xffff}};
	const Argument rows = {"rows", Kind::Number, {0, 25, 0xffff}};
	return {
		step("create", kUsual / 4, {kFeatures, kPorts, kRing, kQueues},
		     [](const uint64_t *a) { host.create(a[0], a[1], a[2], a[3]); }),
		step("configure", kRare, {kPorts, kClaimed},
		     [](const uint64_t *a) { host.configure(a[0], a[1]); }),
		step("resize", kRare, {columns, rows},
		     [](const uint64_t *a) { host.resize(a[0], a[1]); }),
		step("break", kRare, {}, [](const uint64_t *) { host.remove(true); }),
		step("remove", kWaits, {}, [](const uint64_t *) { host.remove(false); }),
		step("sleep", kWaits, {}, [](const uint64_t *) { host.sleep(); }),
		step("wake_up", 4 * kWaits, {kQueues, kRing},
		     [](const uint64_t *a) { host.wake_up(a[0], a[1]); }),
		step("unbind", kWaits, {}, [](const uint64_t *) { host.unbind(); }),
		step("bind", kRare, {}, [](const uint64_t *) { host.bind(); }),
		step("pass", kSlow, {kMilliseconds}, [](const uint64_t *a) { pass(a[0]); }),
	};
}

// What is particular to a port, beside the calls that every file has.
std::vector<Row> port_calls(const std::vector<std::string> &nodes,
			    const std::vector<std::string> &folders,
			    const std::vector<std::string> &debug_files)
{
	constexpr unsigned kRequests[] = {VSER_PORT_GET_INFO, VSER_PORT_GET_EVENTS,
					  VSER_PORT_GET_COUNTERS};
	constexpr const char *kShown[] = {"name", "host_connected", "console", "rx_limit_kib",
					  "tx_limit_kib"};
	const Argument slot = {"fd", Kind::Choice, {0, 0, 0, 1, 2}};
	const Argument request = {"request", Kind::Choice, {0, 1, 2}};
	const Argument size = {"size", Kind::Number, {0, 8, 64, 64, 64, 4096}};
	const Argument flags = {"flags", Kind::Choice, {0, 0, 0, 1}};
	const Argument file = {"file", Kind::Choice, {0, 1, 2, 3, 4, 5}};
	const Argument limit = {"file", Kind::Choice, {3, 4}};
	const Argument kib = {"kib", Kind::Number, {0, 32, 64, 1024, 4096, 1u << 20}};
	return {
		{"open_port",
		 kOpen,
		 {kNode, kOpenFlags, kTo},
		 [nodes](Slots &files, const Arguments &a) {
			 const std::string &node = nodes[a[0] % nodes.size()];
			 const int flags = static_cast<int>(a[1]) | O_CLOEXEC | O_NOCTTY;
			 files.put(a[2], open(node.c_str(), flags));
		 }},
		{"port_ioctl",
		 kRare,
		 {slot, request, size, flags},
		 [kRequests](Slots &files, const Arguments &a) {
			 const uint32_t head[2] = {static_cast<uint32_t>(a[2]),
						   static_cast<uint32_t>(a[3])};
			 char *argument = memory(Good, kMemorySize);
			 memset(argument, 0, 1 << 13);
			 memcpy(argument, head, sizeof(head));
			 ioctl(files.get(a[0]), kRequests[a[1] % std::size(kRequests)], argument);
		 }},
		{"show",
		 kRare,
		 {kPort, file},
		 [=](Slots &, const Arguments &a) {
			 const size_t port = a[0] % folders.size();
			 const size_t which = a[1] % (std::size(kShown) + 1);
			 (void)read_file(which < std::size(kShown)
						 ? folders[port] + "/" + kShown[which]
						 : debug_files[port]);
		 }},
		{"set_limit",
		 kRare,
		 {kPort, limit, kib},
		 [=](Slots &, const Arguments &a) {
			 const std::string &folder = folders[a[0] % folders.size()];
			 (void)write_file(folder + "/" + kShown[a[1] % std::size(kShown)],
					  fmt::format("{}", a[2]));
		 }},
	};
}

// The first slot has the port.
void prepare(Slots &files, const Work &work, const std::string &node)
{
	host.reset();
	for (size_t slot = 0; slot < Slots::kCount; slot++)
		files.put(slot, -1);
	work.settle();
	files.put(0, open(node.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
}

} // namespace

Table hostile_table()
{
	auto work = Work::watch(std::string(kOurDriver));
	if (!work.ok()) {
		fmt::print(stderr, "stress: {}\n", work.error().message());
		std::exit(EXIT_FAILURE);
	}
	// Each device gets the number that the one before had.
	const test::Device device;
	std::vector<std::string> nodes, folders, debug_files;
	for (uint32_t port = 0; port < Host::kPorts; port++) {
		nodes.push_back(device.node(port));
		folders.push_back(device.folder(port));
		debug_files.push_back("/sys/kernel/debug/virtio-ports/" +
				      nodes.back().substr(strlen("/dev/")));
	}
	nodes.insert(nodes.end(), {"/dev/hvc0", "/dev/hvc1"});

	const auto start = [node = nodes[1], work = work.value().get()](Slots &files) {
		prepare(files, *work, node);
	};
	Table table = {.rows = file_calls(nodes), .prepare = start, .work = work.take()};
	for (Row &row : table.rows)
		row.weight *= kFile;
	std::ranges::move(port_calls(nodes, folders, debug_files), std::back_inserter(table.rows));
	std::ranges::move(wire_steps(), std::back_inserter(table.rows));
	std::ranges::move(device_steps(), std::back_inserter(table.rows));
	return table;
}

} // namespace gatehouse::stress
