// SPDX-License-Identifier: GPL-2.0-or-later

#include "hostile_host.hpp"

#include <linux/virtio_config.h>
#include <linux/virtio_console.h>

#include <algorithm>

#include <fmt/core.h>

#include "file.hpp"
#include "virtio_bus.hpp"

namespace gatehouse::stress {

namespace {

using test::bit;
using test::Device;

constexpr uint64_t kNames = 8;	    // of any_text() are names
constexpr size_t kLongest = 70'000; // beyond all buffers of the driver's
constexpr uint32_t kRing = 32;

// What may be offered: without the feature MULTIPORT there is one port.
constexpr uint64_t kFeatures = test::kModern | bit(VIRTIO_CONSOLE_F_SIZE) |
			       bit(VIRTIO_CONSOLE_F_EMERG_WRITE) | bit(VIRTIO_F_ANY_LAYOUT);

// The module's limits.
uint32_t any_ring(uint64_t ring)
{
	return 1u << std::min<uint64_t>(ring, 10);
}

uint32_t any_queues(uint64_t queues)
{
	return queues % (test::kQueues + 1);
}

Device::Options default_options()
{
	return {.max_nr_ports = Host::kPorts, .ring_size = kRing};
}

uint32_t flags_of(uint64_t how)
{
	constexpr uint32_t kFlags[kHows] = {0, VSER_DEVICE_GIVE_INTERRUPT,
					    VSER_DEVICE_GIVE_QUIETLY};
	return kFlags[how % kHows];
}

} // namespace

std::string any_text(uint64_t number)
{
	if (number == 0)
		return "";
	if (number <= kNames)
		return fmt::format("org.gatehouse.{}", number);
	std::string text((number & 0xffff) % kLongest, 'n');
	if (!text.empty())
		text[(number >> 24) % text.size()] = static_cast<char>(number >> 16);
	return text;
}

// Programs that have its ports open meet the end of these.
void Host::make(const Device::Options &options)
{
	if (device_)
		device_->remove(true);
	device_.reset();
	kept_.clear();
	removed_ = asleep_ = false;
	options_ = options;
	device_.emplace(options);
}

void Host::reset()
{
	const std::lock_guard guard(lock_);
	make(default_options());
	send(1, VIRTIO_CONSOLE_PORT_ADD, "");
	send(1, VIRTIO_CONSOLE_PORT_NAME, any_text(1));
	send(1, VIRTIO_CONSOLE_PORT_OPEN, "");
}

void Host::create(uint64_t features, uint64_t ports, uint64_t ring, uint64_t queues)
{
	const std::lock_guard guard(lock_);
	Device::Options options = default_options();
	options.features = features & kFeatures;
	options.max_nr_ports = ports;
	options.ring_size = any_ring(ring);
	options.queues = any_queues(queues);
	make(options);
}

void Host::send(uint32_t id, uint16_t event, std::string_view name)
{
	device_->send_control(test::control_message(id, event, 1, name));
}

void Host::give(uint32_t queue, const Device::Buffer &buffer, std::string_view data,
		uint64_t length, uint64_t how)
{
	const size_t honest = std::min<size_t>(data.size(), buffer.writable);
	device_->give(queue, buffer.id, length ? length : honest, data, flags_of(how));
}

void Host::message(const Message &message)
{
	const std::lock_guard guard(lock_);
	const std::string bytes = test::control_message(message.id, message.event, message.value,
							any_text(message.more));
	for (uint64_t times = message.times; times; times--) {
		const auto buffer = device_->take(test::kControlIn);
		if (!buffer)
			return;
		give(test::kControlIn, *buffer, bytes, message.length, message.how);
	}
}

void Host::serve(uint64_t queue, uint64_t more, uint64_t length, uint64_t times, uint64_t how)
{
	const std::lock_guard guard(lock_);
	const std::string data = any_text(more);
	for (; times; times--) {
		const auto buffer = device_->take(queue);
		if (!buffer)
			return;
		give(queue, *buffer, data, length, how);
	}
}

void Host::keep(uint64_t queue)
{
	const std::lock_guard guard(lock_);
	if (auto buffer = device_->take(queue))
		kept_.emplace_back(queue, std::move(*buffer));
}

void Host::give_kept(uint64_t which, uint64_t length, uint64_t how)
{
	const std::lock_guard guard(lock_);
	if (kept_.empty())
		return;
	const auto at = kept_.begin() + which % kept_.size();
	give(at->first, at->second, "kept", length, how);
	kept_.erase(at);
}

void Host::lie(uint64_t queue, uint64_t id, uint64_t length, uint64_t how)
{
	const std::lock_guard guard(lock_);
	device_->give(queue, id, length, "lie", flags_of(how));
}

// A ring of one has no second element.
void Host::poke(uint64_t queue, uint64_t field, uint64_t value)
{
	const std::lock_guard guard(lock_);
	device_->poke(queue, field % (VSER_DEVICE_AVAIL_EVENT + 1), 0, value);
}

void Host::interrupt(uint64_t queue)
{
	const std::lock_guard guard(lock_);
	device_->interrupt(queue);
}

// Of a DRIVER_OK that no driver has set the core warns, whose bug it is not.
void Host::configure(uint64_t ports, uint64_t claimed)
{
	const std::lock_guard guard(lock_);
	device_->configure(ports, claimed & ~uint64_t{VIRTIO_CONFIG_S_DRIVER_OK} & 0xff);
}

void Host::resize(uint64_t columns, uint64_t rows)
{
	const std::lock_guard guard(lock_);
	device_->resize(columns, rows);
}

void Host::remove(bool broken)
{
	const std::lock_guard guard(lock_);
	device_->remove(broken);
	kept_.clear();
	removed_ = true;
}

void Host::sleep()
{
	const std::lock_guard guard(lock_);
	if (removed_ || std::exchange(asleep_, true))
		return;
	device_->sleep();
	kept_.clear();
}

void Host::wake_up(uint64_t queues, uint64_t ring)
{
	const std::lock_guard guard(lock_);
	if (removed_ || !std::exchange(asleep_, false))
		return;
	options_.queues = any_queues(queues);
	options_.ring_size = any_ring(ring);
	(void)device_->wake_up(options_); // the driver may refuse
}

void Host::unbind()
{
	const std::lock_guard guard(lock_);
	const std::string name = fmt::format("virtio{}", device_->index());
	(void)write_file(unbind_path("", kOurDriver), name); // may be unbound
	kept_.clear();
}

void Host::bind()
{
	const std::lock_guard guard(lock_);
	const std::string name = fmt::format("virtio{}", device_->index());
	if (asleep_)
		return;
	(void)write_file(bind_path("", kOurDriver), name); // may be bound, or refused
}

} // namespace gatehouse::stress
