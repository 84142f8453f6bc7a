// SPDX-License-Identifier: GPL-2.0-or-later
//
// The host of the table `hostile`: what it can do to the driver, one function
// each, whose numbers may be anything. It has one device at a time.
//
// What the bus itself never does it does not do either: a device sleeps before it
// wakes up, and a driver does not come to it meanwhile.

#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "device.hpp"

namespace gatehouse::stress {

// Bytes that follow the head of a control message, or data: none, or a port's
// name, or as many of one character as it says, with another one among them.
std::string any_text(uint64_t number);

// The argument `more`: length of the text, its odd character, and where that is.
constexpr uint64_t text_number(uint64_t length, uint8_t odd = 'n', uint64_t where = 0)
{
	return length | uint64_t{odd} << 16 | where << 24;
}

// How a step interrupts: as the driver asks for it, always, never.
enum How : uint64_t { AsAsked, Always, Quietly, kHows };

// Used by any thread.
class Host
{
public:
	static constexpr uint32_t kPorts = 4;
	static constexpr uint32_t kQueues = 2 * (kPorts + 1);

	// A new device with port 1, which is connected; nothing is kept.
	void reset();

	// The device goes, and another one comes, without ports.
	void create(uint64_t features, uint64_t ports, uint64_t ring, uint64_t queues);

	// A control message, as often as it says, if the driver has buffers for it.
	// length: 0 for the message's own, else the one that the driver is told.
	struct Message {
		uint64_t id, event, value, more, length, times, how;
	};
	void message(const Message &message);

	// Takes buffers and gives them back, filled as far as they have room.
	void serve(uint64_t queue, uint64_t more, uint64_t length, uint64_t times, uint64_t how);

	// Takes a buffer, and gives one back later.
	void keep(uint64_t queue);
	void give_kept(uint64_t which, uint64_t length, uint64_t how);

	// Gives what it was not given, writes a field of the ring.
	void lie(uint64_t queue, uint64_t id, uint64_t length, uint64_t how);
	void poke(uint64_t queue, uint64_t field, uint64_t value);

	void interrupt(uint64_t queue);
	void configure(uint64_t ports, uint64_t claimed);
	void resize(uint64_t columns, uint64_t rows);
	void remove(bool broken);
	void sleep();
	void wake_up(uint64_t queues, uint64_t ring);

	// The administrator takes the driver from the device, and gives it back.
	void unbind();
	void bind();

private:
	void make(const test::Device::Options &options);
	void send(uint32_t id, uint16_t event, std::string_view name);
	void give(uint32_t queue, const test::Device::Buffer &buffer, std::string_view data,
		  uint64_t length, uint64_t how);

	std::mutex lock_; // protects all; held while the driver is called
	test::Device::Options options_;
	std::optional<test::Device> device_;
	std::vector<std::pair<uint32_t, test::Device::Buffer>> kept_; // with their queues
	bool asleep_ = false, removed_ = false;
};

} // namespace gatehouse::stress
