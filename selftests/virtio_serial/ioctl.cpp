// SPDX-License-Identifier: GPL-2.0-or-later
//
// The ioctls of a port, as include/uapi/gatehouse/virtio_serial.h promises them.

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include <gatehouse/virtio_serial.h>

#include "host.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 12;

struct Row {
	const char *name;
	unsigned long number;
	size_t size; // of its struct today, which is also the smallest there was
};
constexpr Row kIoctls[] = {
	{"info", VSER_PORT_GET_INFO, sizeof(vser_port_info)},
	{"events", VSER_PORT_GET_EVENTS, sizeof(vser_port_events)},
	{"counters", VSER_PORT_GET_COUNTERS, sizeof(vser_port_counters)},
};

// A struct of any size as a program of another year would pass it.
struct Argument {
	explicit Argument(size_t size) : size(size) {}

	uint32_t size;
	uint32_t flags = 0;
	unsigned char rest[1024] = {};
};

template <typename T> T get(const OpenPort &port, unsigned long number, uint32_t flags = 0)
{
	T value = {};
	value.size = sizeof(value);
	value.flags = flags;
	ASSERT_CALL(ioctl(port.fd(), number, &value));
	return value;
}

vser_port_info info(const OpenPort &port)
{
	return get<vser_port_info>(port, VSER_PORT_GET_INFO);
}

vser_port_events events(const OpenPort &port, uint32_t flags = 0)
{
	return get<vser_port_events>(port, VSER_PORT_GET_EVENTS, flags);
}

vser_port_counters counters(const OpenPort &port)
{
	return get<vser_port_counters>(port, VSER_PORT_GET_COUNTERS);
}

// poll(2)'s bits for a program that wants all of them.
short bits(const OpenPort &port)
{
	pollfd one = {.fd = port.fd(), .events = POLLPRI | POLLRDHUP, .revents = 0};
	ASSERT_CALL(poll(&one, 1, 0));
	return one.revents & (POLLPRI | POLLRDHUP);
}

} // namespace

TEST_EACH(a_struct_of_today_is_taken, kIoctls)
{
	const OpenPort port;
	Argument argument(variant.size);
	ASSERT_CALL(ioctl(port.fd(), variant.number, &argument));
}

TEST_EACH(a_larger_struct_is_taken_if_what_is_new_is_zero, kIoctls)
{
	const OpenPort port;
	Argument argument(sizeof(Argument));
	ASSERT_CALL(ioctl(port.fd(), variant.number, &argument));
	EXPECT_EQ(argument.size, sizeof(Argument));
}

TEST_EACH(a_larger_struct_gets_e2big_if_something_new_is_set, kIoctls)
{
	const OpenPort port;
	Argument argument(sizeof(Argument));
	argument.rest[variant.size - offsetof(Argument, rest)] = 1;
	EXPECT_FAILS(ioctl(port.fd(), variant.number, &argument), E2BIG);
	Argument huge(UINT32_MAX);
	EXPECT_FAILS(ioctl(port.fd(), variant.number, &huge), E2BIG);
}

TEST_EACH(a_smaller_struct_gets_einval, kIoctls)
{
	const OpenPort port;
	for (const size_t size : {size_t{0}, size_t{4}, size_t{8}, variant.size - 1}) {
		Argument argument(size);
		EXPECT_FAILS(ioctl(port.fd(), variant.number, &argument), EINVAL);
	}
}

TEST_EACH(an_unknown_flag_gets_eopnotsupp, kIoctls)
{
	const OpenPort port;
	Argument argument(variant.size);
	argument.flags = 1U << 31;
	EXPECT_FAILS(ioctl(port.fd(), variant.number, &argument), EOPNOTSUPP);
}

TEST_EACH(a_bad_address_gets_efault, kIoctls)
{
	const OpenPort port;
	EXPECT_FAILS(ioctl(port.fd(), variant.number, nullptr), EFAULT);
	EXPECT_FAILS(ioctl(port.fd(), variant.number, -1L), EFAULT);
}

TEST(an_unknown_number_gets_enotty)
{
	const OpenPort port;
	Argument argument(sizeof(Argument));
	EXPECT_FAILS(ioctl(port.fd(), _IO(VSER_IOC, 0x7f), &argument), ENOTTY);
	EXPECT_FAILS(ioctl(port.fd(), FIONBIO + 0x1000, &argument), ENOTTY);
}

TEST(info_says_which_port_it_is)
{
	const OpenPort port;
	const vser_port_info before = info(port);
	EXPECT_EQ(std::string(before.name), kPort);
	EXPECT_EQ(fmt::format("vport{}p{}", before.device, before.id), port.port().id);
	EXPECT_EQ(before.state, 0U);

	port.connect();
	EXPECT_EQ(info(port).state, VSER_PORT_HOST_CONNECTED);
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!has_port(kPort));
	EXPECT_EQ(info(port).state, VSER_PORT_UNPLUGGED);
}

TEST(the_generation_counts_connects)
{
	const OpenPort port;
	const uint64_t before = info(port).generation;
	for (unsigned round = 1; round <= 3; round++) {
		port.connect();
		EXPECT_EQ(info(port).generation, before + round);
		EXPECT_EQ(events(port).generation, before + round);
		port.disconnect();
		EXPECT_EQ(info(port).generation, before + round);
	}
}

TEST(the_generation_outlives_a_close)
{
	uint64_t before;
	{
		const ConnectedPort port;
		before = info(port).generation;
		port.disconnect();
	}
	const OpenPort again;
	EXPECT_EQ(info(again).generation, before);
}

TEST(events_tell_why_the_last_signal_came)
{
	const OpenPort port(O_RDWR | O_NONBLOCK);
	EXPECT_EQ(events(port).last, 0U);
	port.connect();
	EXPECT_EQ(events(port).last, VSER_EVENT_CONNECT);
	host::send(kPort, "data");
	port.wait_for(POLLIN);
	EXPECT_EQ(events(port).last, VSER_EVENT_DATA);
	host::pause(kPort);
	port.fill(kSeed);
	host::resume(kPort);
	ASSERT_EVENTUALLY(events(port, VSER_EVENTS_PEEK).last == VSER_EVENT_SPACE);
	port.disconnect();
	EXPECT_EQ(events(port).last, VSER_EVENT_DISCONNECT);
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!has_port(kPort));
	EXPECT_EQ(events(port).last, VSER_EVENT_UNPLUG);
}

TEST(events_are_told_once_and_all)
{
	const OpenPort port;
	port.connect();
	port.disconnect();
	EXPECT_EQ(events(port, VSER_EVENTS_PEEK).causes,
		  VSER_EVENT_CONNECT | VSER_EVENT_DISCONNECT);
	EXPECT_EQ(events(port).causes, VSER_EVENT_CONNECT | VSER_EVENT_DISCONNECT);
	EXPECT_EQ(events(port).causes, 0U);
}

TEST(who_never_asked_sees_no_pollpri)
{
	const OpenPort port;
	port.connect();
	port.disconnect();
	EXPECT_EQ(bits(port), 0);
}

TEST(pollpri_stays_until_the_change_is_fetched)
{
	const OpenPort port;
	events(port);
	EXPECT_EQ(bits(port), 0);
	port.connect();
	EXPECT_EQ(bits(port), POLLPRI);
	EXPECT_EQ(bits(port), POLLPRI);
	events(port);
	EXPECT_EQ(bits(port), 0);
	port.disconnect();
	EXPECT_EQ(bits(port), POLLPRI | POLLRDHUP);
	events(port, VSER_EVENTS_STOP);
	port.connect();
	EXPECT_EQ(bits(port), 0);
}

// "The host went away and came back" and "nothing happened" look alike to who
// asks only for the state.
TEST(a_host_that_left_and_came_back_is_told_apart)
{
	const ConnectedPort port;
	const uint64_t session = events(port).generation;
	port.disconnect();
	port.connect();
	EXPECT_EQ(bits(port), POLLPRI | POLLRDHUP);
	EXPECT_EQ(events(port).generation, session + 1);
	EXPECT_EQ(bits(port), 0);
}

TEST(a_change_wakes_who_waits_for_pollpri)
{
	const ConnectedPort port;
	events(port);
	pollfd one = {.fd = port.fd(), .events = POLLPRI, .revents = 0};
	Worker waiter([&] { return poll(&one, 1, -1); });
	waiter.wait_asleep(SYS_poll);
	host::disconnect(kPort);
	EXPECT_EQ(waiter.result(), 1);
	EXPECT_TRUE(one.revents & POLLPRI);
}

TEST(the_next_opener_has_not_asked)
{
	{
		const OpenPort port;
		events(port);
		port.connect();
		port.disconnect();
	}
	const OpenPort port;
	EXPECT_EQ(bits(port), 0);
	EXPECT_EQ(events(port).causes, 0U);
}

TEST(counters_count_what_went_each_way)
{
	const ConnectedPort port;
	const vser_port_counters before = counters(port);
	host::send(kPort, "twelve bytes");
	EXPECT_EQ(port.read_all(12), "twelve bytes");
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), "seven..", 7)), 7);
	EXPECT_EQ(host::recv(kPort, 7), "seven..");
	const vser_port_counters after = counters(port);
	EXPECT_EQ(after.rx_bytes - before.rx_bytes, 12U);
	EXPECT_EQ(after.tx_bytes - before.tx_bytes, 7U);
	EXPECT_EQ(after.tx_buffers - before.tx_buffers, 1U);
	EXPECT_TRUE(after.rx_buffers > before.rx_buffers);
	EXPECT_EQ(after.tx_lost, before.tx_lost);
}

TEST(counters_tell_what_was_thrown_away_unread)
{
	vser_port_counters before;
	{
		const ConnectedPort port;
		before = counters(port);
		host::send(kPort, "never read");
		port.wait_for(POLLIN);
		port.disconnect();
	}
	const OpenPort port;
	EXPECT_EQ(counters(port).rx_discarded - before.rx_discarded, 10U);
}

} // namespace gatehouse::test
