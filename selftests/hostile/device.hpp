// SPDX-License-Identifier: GPL-2.0-or-later
//
// A virtio console device that the test plays itself, on the wire, by the module
// vser_device. The test names a topology that has that module and no device of
// QEMU's: [hostile], or [hostile_smp] for races.
//
// take(), give(), poke() and interrupt() are the wire, and may lie. What is
// below them does as an honest device would.

#pragma once

#include <linux/virtio_config.h>
#include <linux/virtio_console.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unique_fd.hpp"
#include "vser_device.h"

namespace gatehouse::test {

constexpr uint32_t kControlIn = 2;  // from the device
constexpr uint32_t kControlOut = 3; // from the driver
constexpr uint32_t kQueues = 4096;  // that a device has

constexpr uint32_t receive_queue(uint32_t port)
{
	return port ? 2 * port + 2 : 0;
}

constexpr uint32_t transmit_queue(uint32_t port)
{
	return receive_queue(port) + 1;
}

constexpr uint64_t bit(unsigned feature)
{
	return uint64_t(1) << feature;
}

// <linux/virtio_ring.h> is no C++.
constexpr unsigned kRingEventIndex = 29;

constexpr uint64_t kModern =
	bit(VIRTIO_F_VERSION_1) | bit(kRingEventIndex) | bit(VIRTIO_CONSOLE_F_MULTIPORT);

// The bytes of a control message, and of what may follow.
std::string control_message(uint32_t id, uint16_t event, uint16_t value = 0,
			    std::string_view more = {});

// One device; plugged in from the constructor to the destructor, which returns
// when nothing is left of it. Calls may come from several threads. Those that
// return bool say whether the driver has that queue now.
class Device
{
public:
	struct Options {
		uint64_t features = kModern;
		uint32_t max_nr_ports = 31;
		uint32_t ring_size = 32;
		uint32_t queues = kQueues; // that it has
		uint16_t cols = 0;
		uint16_t rows = 0;
		bool refuses = false; // the features, when it is to wake up
	};

	// A buffer that the driver has posted.
	struct Buffer {
		uint32_t id;
		std::string data;  // that the driver sends
		uint32_t writable; // bytes of room for the device
	};

	Device() : Device(Options{}) {}
	explicit Device(const Options &options);

	// The next buffer of a queue; nothing when there is none in time.
	std::optional<Buffer> take(uint32_t queue, std::chrono::milliseconds timeout = {});

	// Returns a buffer, or says so: with length bytes, of which these are
	// written. flags: VSER_DEVICE_GIVE_*.
	bool give(uint32_t queue, uint32_t id, uint32_t length, std::string_view data = {},
		  uint32_t flags = 0);

	// Writes a field of the ring: VSER_DEVICE_USED_*, VSER_DEVICE_AVAIL_EVENT.
	bool poke(uint32_t queue, uint32_t field, uint32_t index, uint32_t value);

	bool interrupt(uint32_t queue);

	// The configuration changes, with an interrupt. claimed: bits of the
	// status that the device sets.
	void configure(uint32_t max_nr_ports, uint8_t claimed = 0);

	// The size in it does. flags: 0 for a device that does not tell.
	void resize(uint16_t cols, uint16_t rows, uint32_t flags = VSER_DEVICE_CONFIG_INTERRUPT);

	// What the driver has written by EMERG_WRITE since the last call.
	std::string emergency();

	// The kernel prints this as it does in an oops.
	void oops(std::string_view text);

	// What the driver has set.
	uint8_t status();

	// Is gone when this returns. broken: it has stopped working before.
	void remove(bool broken = false);

	// What the bus does in a suspend, and after it; programs go on. The device
	// then has what options say of its queues, and may refuse. wake_up() returns
	// an errno, or 0.
	void sleep();
	int wake_up(const Options &options);

	// Waits for a buffer; ends the case when none comes.
	Buffer wait_buffer(uint32_t queue);

	// A control message, of which the device may tell another length.
	void send_control(std::string_view message);
	void send_control(std::string_view message, uint32_t length);

	// Reads messages of the driver until this one comes.
	void expect_control(uint32_t id, uint16_t event, uint16_t value);

	// Reads all messages that the driver has sent.
	void drain_control();

	// Returns when the driver has handled all messages; the port is there.
	void settle(uint32_t port);

	// Plugs a port in, connected; returns when the guest knows.
	void add_port(uint32_t port, std::string_view name);

	// Plugs in a port that is a console; returns when the guest has
	// opened it.
	void add_console(uint32_t port);

	// /dev/hvcN of a port that is a console; waits for it.
	std::string tty(uint32_t port) const;

	// Unplugs it; returns when its node is gone.
	void remove_port(uint32_t port);

	// Data each way.
	void send(uint32_t port, std::string_view data);
	std::string receive(uint32_t port, size_t length);

	// N of /sys/bus/virtio/devices/virtioN.
	uint32_t index() const { return index_; }

	// /dev/NODE of a port, and its folder in sysfs, as its driver makes them.
	std::string node(uint32_t port) const;
	std::string folder(uint32_t port) const;

	// The port's name as the guest has it; nothing without the port.
	std::optional<std::string> name(uint32_t port) const;

	// Opens a port; returns when the driver has told the device.
	UniqueFd open_port(uint32_t port, int flags);

	// Works the port at all: a line each way, through an fd of its own.
	void expect_carries(uint32_t port);

private:
	bool call(unsigned long request, void *argument, const char *what);

	UniqueFd fd_;
	uint32_t index_ = 0;
	uint32_t max_nr_ports_;
};

} // namespace gatehouse::test
