// SPDX-License-Identifier: GPL-2.0-or-later

#include "device.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "file.hpp"
#include "port.hpp"
#include "ports.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr size_t kTakeMax = 1 << 16;
constexpr size_t kEmergencyMax = 1 << 13;
constexpr std::chrono::milliseconds kSoon(10'000);

uint64_t address(const void *data)
{
	return reinterpret_cast<uintptr_t>(data);
}

template <typename T> T argument()
{
	T arg = {};
	arg.size = sizeof(arg);
	return arg;
}

} // namespace

std::string control_message(uint32_t id, uint16_t event, uint16_t value, std::string_view more)
{
	const virtio_console_control head = {.id = id, .event = event, .value = value};
	std::string bytes(sizeof(head), '\0');
	memcpy(bytes.data(), &head, sizeof(head));
	return bytes.append(more);
}

Device::Device(const Options &options)
	: fd_(::open("/dev/vser-device", O_RDWR | O_CLOEXEC)), max_nr_ports_(options.max_nr_ports)
{
	ASSERT_CALL(fd_.get());
	auto arg = argument<vser_device_create>();
	arg.features = options.features;
	arg.max_nr_ports = options.max_nr_ports;
	arg.ring_size = options.ring_size;
	arg.queues = options.queues;
	arg.cols = options.cols;
	arg.rows = options.rows;
	ASSERT_CALL(ioctl(fd_.get(), VSER_DEVICE_CREATE, &arg));
	index_ = arg.index;
}

// True, or false when there is nothing to work on; errno says which.
bool Device::call(unsigned long request, void *argument, const char *what)
{
	if (!ioctl(fd_.get(), request, argument))
		return true;
	if (errno != ENXIO && errno != EAGAIN)
		fail(fmt::format("{} failed: {}", what, errno_name(errno)));
	return false;
}

std::optional<Device::Buffer> Device::take(uint32_t queue, std::chrono::milliseconds timeout)
{
	std::string data(kTakeMax, '\0');
	auto arg = argument<vser_device_take>();
	arg.queue = queue;
	arg.timeout_ms = timeout.count();
	arg.data = address(data.data());
	arg.data_size = data.size();
	if (!call(VSER_DEVICE_TAKE, &arg, "VSER_DEVICE_TAKE"))
		return {};
	data.resize(std::min<size_t>(arg.readable, data.size()));
	return Buffer{arg.id, std::move(data), arg.writable};
}

bool Device::give(uint32_t queue, uint32_t id, uint32_t length, std::string_view data,
		  uint32_t flags)
{
	auto arg = argument<vser_device_give>();
	arg.flags = flags;
	arg.queue = queue;
	arg.id = id;
	arg.length = length;
	arg.data = address(data.data());
	arg.data_size = data.size();
	return call(VSER_DEVICE_GIVE, &arg, "VSER_DEVICE_GIVE");
}

bool Device::poke(uint32_t queue, uint32_t field, uint32_t index, uint32_t value)
{
	auto arg = argument<vser_device_poke>();
	arg.queue = queue;
	arg.field = field;
	arg.index = index;
	arg.value = value;
	return call(VSER_DEVICE_POKE, &arg, "VSER_DEVICE_POKE");
}

bool Device::interrupt(uint32_t queue)
{
	auto arg = argument<vser_device_interrupt>();
	arg.queue = queue;
	return call(VSER_DEVICE_INTERRUPT, &arg, "VSER_DEVICE_INTERRUPT");
}

void Device::configure(uint32_t max_nr_ports, uint8_t claimed)
{
	auto arg = argument<vser_device_config>();
	arg.flags = VSER_DEVICE_CONFIG_SET | VSER_DEVICE_CONFIG_INTERRUPT;
	arg.max_nr_ports = max_nr_ports;
	arg.claimed = claimed;
	call(VSER_DEVICE_CONFIG, &arg, "VSER_DEVICE_CONFIG");
}

void Device::resize(uint16_t cols, uint16_t rows, uint32_t flags)
{
	auto arg = argument<vser_device_config>();
	arg.flags = VSER_DEVICE_CONFIG_SET | flags;
	arg.max_nr_ports = max_nr_ports_;
	arg.cols = cols;
	arg.rows = rows;
	call(VSER_DEVICE_CONFIG, &arg, "VSER_DEVICE_CONFIG");
}

std::string Device::emergency()
{
	std::string data(kEmergencyMax, '\0');
	auto arg = argument<vser_device_emergency>();
	arg.data = address(data.data());
	arg.data_size = data.size();
	call(VSER_DEVICE_EMERGENCY, &arg, "VSER_DEVICE_EMERGENCY");
	data.resize(std::min<size_t>(arg.length, data.size()));
	return data;
}

void Device::oops(std::string_view text)
{
	auto arg = argument<vser_device_oops>();
	text.copy(arg.text, sizeof(arg.text) - 1);
	call(VSER_DEVICE_OOPS, &arg, "VSER_DEVICE_OOPS");
}

uint8_t Device::status()
{
	auto arg = argument<vser_device_config>();
	call(VSER_DEVICE_CONFIG, &arg, "VSER_DEVICE_CONFIG");
	return arg.status;
}

void Device::remove(bool broken)
{
	auto arg = argument<vser_device_remove>();
	arg.flags = broken ? VSER_DEVICE_REMOVE_BROKEN : 0;
	call(VSER_DEVICE_REMOVE, &arg, "VSER_DEVICE_REMOVE");
}

void Device::sleep()
{
	auto arg = argument<vser_device_sleep>();
	ASSERT_CALL(ioctl(fd_.get(), VSER_DEVICE_SLEEP, &arg));
}

int Device::wake_up(const Options &options)
{
	auto arg = argument<vser_device_wake>();
	arg.queues = options.queues;
	arg.ring_size = options.ring_size;
	arg.flags = options.refuses ? VSER_DEVICE_WAKE_REFUSES : 0;
	return ioctl(fd_.get(), VSER_DEVICE_WAKE, &arg) ? errno : 0;
}

Device::Buffer Device::wait_buffer(uint32_t queue)
{
	auto buffer = take(queue, kSoon * patience());
	if (!buffer)
		fail(fmt::format("the driver posts nothing to queue {}", queue));
	return std::move(*buffer);
}

void Device::send_control(std::string_view message)
{
	send_control(message, message.size());
}

void Device::send_control(std::string_view message, uint32_t length)
{
	const Buffer buffer = wait_buffer(kControlIn);
	give(kControlIn, buffer.id, length, message);
}

void Device::expect_control(uint32_t id, uint16_t event, uint16_t value)
{
	const std::string wanted = control_message(id, event, value);
	std::string got;
	while (got != wanted) {
		const auto buffer = take(kControlOut, kSoon * patience());
		if (!buffer)
			fail(fmt::format("the driver never sent event {} value {} for port {}",
					 event, value, id));
		got = buffer->data;
		give(kControlOut, buffer->id, 0);
	}
}

void Device::drain_control()
{
	while (const auto buffer = take(kControlOut))
		give(kControlOut, buffer->id, 0);
}

void Device::settle(uint32_t port)
{
	drain_control();
	send_control(control_message(port, VIRTIO_CONSOLE_PORT_ADD, 1));
	expect_control(port, VIRTIO_CONSOLE_PORT_READY, 1);
}

void Device::add_port(uint32_t port, std::string_view name)
{
	send_control(control_message(port, VIRTIO_CONSOLE_PORT_ADD, 1));
	expect_control(port, VIRTIO_CONSOLE_PORT_READY, 1);
	send_control(control_message(port, VIRTIO_CONSOLE_PORT_NAME, 1, name));
	send_control(control_message(port, VIRTIO_CONSOLE_PORT_OPEN, 1));
	settle(port);
}

void Device::add_console(uint32_t port)
{
	send_control(control_message(port, VIRTIO_CONSOLE_PORT_ADD, 1));
	expect_control(port, VIRTIO_CONSOLE_PORT_READY, 1);
	send_control(control_message(port, VIRTIO_CONSOLE_CONSOLE_PORT, 1));
	expect_control(port, VIRTIO_CONSOLE_PORT_OPEN, 1);
}

std::string Device::tty(uint32_t port) const
{
	return wait_console(folder(port));
}

void Device::remove_port(uint32_t port)
{
	send_control(control_message(port, VIRTIO_CONSOLE_PORT_REMOVE));
	ASSERT_EVENTUALLY(!name(port));
}

void Device::send(uint32_t port, std::string_view data)
{
	while (!data.empty()) {
		const Buffer buffer = wait_buffer(receive_queue(port));
		const std::string_view piece = data.substr(0, buffer.writable);
		give(receive_queue(port), buffer.id, piece.size(), piece);
		data.remove_prefix(piece.size());
	}
}

std::string Device::receive(uint32_t port, size_t length)
{
	std::string data;
	while (data.size() < length) {
		const Buffer buffer = wait_buffer(transmit_queue(port));
		give(transmit_queue(port), buffer.id, 0);
		data += buffer.data;
	}
	return data;
}

std::string Device::node(uint32_t port) const
{
	return fmt::format("/dev/vport{}p{}", index_, port);
}

std::string Device::folder(uint32_t port) const
{
	return fmt::format("/sys/class/{}/vport{}p{}", kPortClasses.front(), index_, port);
}

std::optional<std::string> Device::name(uint32_t port) const
{
	auto text = read_file(folder(port) + "/name");
	if (!text.ok())
		return {};
	return text.take();
}

UniqueFd Device::open_port(uint32_t port, int flags)
{
	UniqueFd fd(::open(node(port).c_str(), flags | O_CLOEXEC));
	ASSERT_CALL(fd.get());
	expect_control(port, VIRTIO_CONSOLE_PORT_OPEN, 1);
	return fd;
}

void Device::expect_carries(uint32_t port)
{
	const UniqueFd fd = open_port(port, O_RDWR);
	char buffer[16];
	ASSERT_EQ(ASSERT_CALL(write(fd.get(), "there", 5)), 5);
	EXPECT_EQ(receive(port, 5), "there");
	send(port, "back");
	const long n = ASSERT_CALL(read(fd.get(), buffer, sizeof(buffer)));
	EXPECT_EQ(std::string_view(buffer, n), "back");
}

} // namespace gatehouse::test
