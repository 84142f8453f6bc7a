// SPDX-License-Identifier: GPL-2.0-or-later
//
// A host that does anything, at random, for some seconds. A device lives for some
// hundred steps, most of them nearly right, so that the next ones get somewhere.
//
// Each device has a seed of its own, which the kernel's log tells before it. With
// HOSTILE_SEED in the environment the first device has that seed, and the next
// ones those after it; HOSTILE_SECONDS is how long it goes on.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <vector>

#include "device.hpp"
#include "file.hpp"
#include "test.hpp"
#include "users.hpp"
#include "virtio_bus.hpp"

namespace gatehouse::test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kPorts = 4;
constexpr uint32_t kQueues = 2 * (kPorts + 1);
constexpr int kSteps = 400; // of a device, at most

long from_environment(const char *name, long otherwise)
{
	const char *text = getenv(name);
	return text ? atol(text) : otherwise;
}

class Fuzzer
{
public:
	explicit Fuzzer(uint64_t seed) : random_(seed), device_(options()) {}

	void run()
	{
		std::vector<std::string> nodes;
		for (uint32_t port = 0; port < kPorts; port++)
			nodes.push_back(device_.node(port));
		Users users(std::move(nodes), random_());
		for (int steps = random_() % kSteps; steps > 0; steps--)
			step();
		users.stop();
		device_.remove(!one_in(8)); // in order it may wait for us, for 2 s
		EXPECT_EQ(users.unexpected(), "");
	}

private:
	bool one_in(unsigned n) { return random_() % n == 0; }

	template <typename T> T one_of(std::initializer_list<T> values)
	{
		return std::data(values)[random_() % values.size()];
	}

	Device::Options options()
	{
		Device::Options options = {
			.max_nr_ports = kPorts,
			.ring_size = one_of({1u, 2u, 4u, 32u, 128u, 1024u}),
		};
		if (one_in(2))
			options.features &= ~bit(kRingEventIndex);
		if (one_in(4))
			options.features &= ~bit(VIRTIO_F_VERSION_1);
		if (one_in(8))
			options.features |= bit(VIRTIO_CONSOLE_F_SIZE);
		return options;
	}

	uint32_t any_length(uint32_t honest)
	{
		return one_in(8) ? one_of({0u, 1u, 7u, 8u, 9u, honest + 1, 4096u, 4097u, 65536u,
					   0x80000000u, 0xffffffffu})
				 : honest;
	}

	uint32_t any_queue() { return random_() % (kQueues + one_in(16)); }

	// Of a DRIVER_OK that no driver has set the core warns, whose bug it is not.
	uint8_t any_claim()
	{
		return one_of({0, VIRTIO_CONFIG_S_NEEDS_RESET, VIRTIO_CONFIG_S_FAILED, 0xc0});
	}

	std::string any_name()
	{
		if (one_in(2))
			return fmt::format("org.gatehouse.{}", random_() % 4);
		std::string name(one_of({0, 1, 2, 255, 256, 257, 4000}), 'n');
		for (char &c : name)
			c = one_in(16) ? random_() : c;
		return name;
	}

	void step()
	{
		switch (random_() % 16) {
		case 0 ... 5:
			return send_message();
		case 6 ... 8:
			return serve(any_queue());
		case 9:
			return serve(kControlOut);
		case 10:
			return keep(any_queue());
		case 11:
			return give_kept();
		case 12:
			device_.interrupt(any_queue());
			return;
		case 13:
			device_.configure(random_() % 8, any_claim());
			return;
		case 14:
			return one_in(8) ? lie() : give_kept();
		case 15:
			return one_in(16) ? rebind() : serve(kControlOut);
		}
	}

	void send_message()
	{
		const auto buffer = device_.take(kControlIn);
		if (!buffer)
			return;
		const uint32_t id = one_in(16) ? random_() : random_() % kPorts;
		const uint16_t event = one_in(16) ? random_() : random_() % 9;
		const uint16_t value = one_in(16) ? random_() : random_() % 2;
		const std::string bytes =
			control_message(id, event, value, one_in(2) ? any_name() : "");
		give(kControlIn, *buffer, bytes);
	}

	// Does what a host should, more or less.
	void serve(uint32_t queue)
	{
		if (const auto buffer = device_.take(queue))
			give(queue, *buffer, std::string(random_() % (buffer->writable + 1), 'd'));
	}

	void give(uint32_t queue, const Device::Buffer &buffer, const std::string &data)
	{
		const auto length = static_cast<uint32_t>(data.size());
		device_.give(queue, buffer.id, any_length(length), data,
			     one_of({0, 0, VSER_DEVICE_GIVE_INTERRUPT, VSER_DEVICE_GIVE_QUIETLY}));
	}

	void keep(uint32_t queue)
	{
		if (auto buffer = device_.take(queue))
			kept_.emplace_back(queue, std::move(*buffer));
	}

	void give_kept()
	{
		if (kept_.empty())
			return;
		std::swap(kept_[random_() % kept_.size()], kept_.back());
		give(kept_.back().first, kept_.back().second, "kept");
		kept_.pop_back();
	}

	// What an honest device never does; the queue may be at its end then.
	void lie()
	{
		const uint32_t value = one_in(4) ? random_() : random_() % 8;
		if (one_in(2))
			device_.give(any_queue(), value, any_length(8), "lie");
		else
			poke(any_queue(), value);
		device_.interrupt(any_queue());
	}

	// A ring of one has no second element.
	void poke(uint32_t queue, uint32_t value)
	{
		device_.poke(queue, random_() % (VSER_DEVICE_AVAIL_EVENT + 1), 0, value);
	}

	// The driver goes and comes again, on a device that is as it is.
	void rebind()
	{
		const std::string name = "virtio" + std::to_string(device_.index());
		kept_.clear();
		(void)write_file(unbind_path("", kOurDriver), name); // may be unbound
		(void)write_file(bind_path("", kOurDriver), name);   // may be refused
	}

	std::mt19937_64 random_;
	Device device_;
	std::vector<std::pair<uint32_t, Device::Buffer>> kept_; // with their queues
};

} // namespace

TEST(a_host_that_does_anything, .topology = "hostile,hostile_smp", .deadline = 60)
{
	const auto seconds = std::chrono::seconds(from_environment("HOSTILE_SECONDS", 4));
	const auto end = Clock::now() + seconds * patience();
	const long first = from_environment("HOSTILE_SEED", 1);
	long seed = first;
	for (; Clock::now() < end; seed++) {
		ASSERT_OK(write_file("/dev/kmsg", fmt::format("hostile: seed {}", seed)));
		Fuzzer(seed).run();
	}
	note(fmt::format("{} devices", seed - first));

	Device device;
	device.add_port(1, "org.gatehouse.wire.1");
	device.expect_carries(1);
}

} // namespace gatehouse::test
