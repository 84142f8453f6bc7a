// SPDX-License-Identifier: GPL-2.0-or-later
//
// A host that floods the guest, and one whose ports come and go faster than
// programs can use them. The guest lives, and neither its memory nor its log
// fills up.

#include <fcntl.h>
#include <unistd.h>

#include <random>

#include "device.hpp"
#include "file.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "users.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kPorts = 4; // that come and go
constexpr int kLogLines = 60;  // that a storm may cost, at most

// What the kernel has said since it was made.
class KernelLog
{
public:
	KernelLog() : fd_(ASSERT_OK(sys::open("/dev/kmsg", O_RDONLY | O_NONBLOCK)))
	{
		ASSERT_CALL(lseek(fd_.get(), 0, SEEK_END));
	}

	int lines() const
	{
		char line[8192];
		int count = 0;
		// EPIPE: so many that the oldest were dropped.
		while (read(fd_.get(), line, sizeof(line)) > 0 || errno == EPIPE)
			count++;
		return count;
	}

private:
	UniqueFd fd_;
};

long available_kib()
{
	const std::string text = ASSERT_OK(read_file("/proc/meminfo"));
	return std::stol(find_key(text, "MemAvailable").value_or("0"));
}

// One step of a host that plugs and unplugs, and serves data in between.
void host_step(Device &device, std::mt19937_64 &random)
{
	const uint32_t port = 1 + random() % kPorts;
	const uint16_t open = random() % 2;
	switch (random() % 5) {
	case 0:
		device.send_control(control_message(port, VIRTIO_CONSOLE_PORT_REMOVE));
		break;
	case 1:
		device.send_control(control_message(port, VIRTIO_CONSOLE_PORT_OPEN, open));
		break;
	case 2:
		if (const auto buffer = device.take(receive_queue(port)))
			device.give(receive_queue(port), buffer->id, 4, "data");
		break;
	case 3:
		if (const auto buffer = device.take(transmit_queue(port)))
			device.give(transmit_queue(port), buffer->id, 0);
		break;
	case 4:
		device.send_control(control_message(port, VIRTIO_CONSOLE_PORT_ADD));
		device.send_control(control_message(port, VIRTIO_CONSOLE_PORT_NAME, 1, "name"));
		device.send_control(control_message(port, VIRTIO_CONSOLE_PORT_OPEN, 1));
		break;
	}
}

std::vector<std::string> nodes(const Device &device)
{
	std::vector<std::string> all;
	for (uint32_t port = 1; port <= kPorts; port++)
		all.push_back(device.node(port));
	return all;
}

} // namespace

struct Storm {
	const char *name;
	bool reads_control; // what the driver says
	int rounds;
};
constexpr Storm kStorms[] = {{"read", true, 2000}, {"not_read", false, 2000}};

TEST_EACH(ports_come_and_go_under_their_users_with_messages, kStorms, .topology = "hostile_smp",
	  .deadline = 60)
{
	const KernelLog log;
	Device device;
	std::mt19937_64 random(12);
	Users users(nodes(device), 13);
	for (int round = 0; round < variant.rounds; round++) {
		host_step(device, random);
		if (variant.reads_control)
			device.drain_control();
	}
	users.stop();
	for (uint32_t port = 1; port <= kPorts; port++)
		device.remove_port(port);
	// Messages are handled in their order: this one after what may still wait.
	device.add_port(kPorts + 1, "last");
	EXPECT_EQ(users.unexpected(), "");
	ASSERT_GT(users.opened(), 0);
	ASSERT_GT(kLogLines, log.lines());
	// What was written to the ports before is still in the ring.
	while (const auto buffer = device.take(transmit_queue(1)))
		device.give(transmit_queue(1), buffer->id, 0);
	device.drain_control();
	device.add_port(1, "name");
	device.expect_carries(1);
}

TEST(devices_come_and_go_under_their_users, .topology = "hostile_smp", .deadline = 60)
{
	const KernelLog log;
	std::mt19937_64 random(14);
	for (int round = 0; round < 8; round++) {
		Device device;
		Users users(nodes(device), random());
		for (int step = 0; step < 200; step++) {
			host_step(device, random);
			device.drain_control();
		}
		users.stop();
		device.remove(round % 2);
		EXPECT_EQ(users.unexpected(), "");
	}
	ASSERT_GT(kLogLines, log.lines());
}

// Each message is another kind of wrong, or right.
TEST(a_flood_of_messages_costs_neither_memory_nor_log, .topology = "hostile", .deadline = 60)
{
	constexpr int kRounds = 5000;
	const KernelLog log;
	Device device;
	std::mt19937_64 random(15);
	const long before = available_kib();
	for (int round = 0; round < kRounds; round++) {
		const uint32_t port = random() % 8 ? random() % kPorts : random();
		const uint16_t event = random() % 8 ? random() % 8 : random();
		const std::string name(random() % 300, random() % 8 ? 'n' : '/');
		device.send_control(control_message(port, event, random() % 2, name));
	}
	ASSERT_GT((8 << 10) * patience(), before - available_kib());
	ASSERT_GT(kLogLines, log.lines());
	device.drain_control();
}

TEST(a_flood_of_data_costs_neither_memory_nor_log, .topology = "hostile", .deadline = 60)
{
	constexpr int kRounds = 5000;
	const KernelLog log;
	Device device;
	device.add_port(1, "name");
	const UniqueFd fd = device.open_port(1, O_RDWR | O_NONBLOCK);
	const long before = available_kib();
	const uint32_t queue = receive_queue(1);
	for (int round = 0; round < kRounds; round++) {
		if (const auto buffer = device.take(queue))
			device.give(queue, buffer->id, round % 2 ? 0 : 5000, "data");
		device.interrupt(queue);
	}
	ASSERT_GT((8 << 10) * patience(), before - available_kib());
	ASSERT_GT(kLogLines, log.lines());
}

} // namespace gatehouse::test
