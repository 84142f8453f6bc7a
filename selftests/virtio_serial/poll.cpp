// SPDX-License-Identifier: GPL-2.0-or-later
//
// What poll, select and epoll say of a port in each of its states, and that
// each change of state wakes a thread that waits in them.

#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.hpp"
#include "port.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 3;

// The three interfaces, brought to poll's bits IN, OUT, HUP and ERR.
short by_poll(int fd, int timeout_ms, short wanted)
{
	pollfd one = {.fd = fd, .events = wanted, .revents = 0};
	ASSERT_CALL(poll(&one, 1, timeout_ms));
	return one.revents;
}

// select calls a hang-up readable, and an error both.
short by_select(int fd, int timeout_ms, short wanted)
{
	fd_set in, out;
	FD_ZERO(&in);
	FD_ZERO(&out);
	if (wanted & (POLLIN | POLLHUP))
		FD_SET(fd, &in);
	if (wanted & POLLOUT)
		FD_SET(fd, &out);
	timeval zero = {};
	ASSERT_CALL(select(fd + 1, &in, &out, nullptr, timeout_ms < 0 ? nullptr : &zero));
	return (FD_ISSET(fd, &in) ? POLLIN : 0) | (FD_ISSET(fd, &out) ? POLLOUT : 0);
}

short by_epoll(int fd, int timeout_ms, uint32_t wanted)
{
	const UniqueFd epoll = ASSERT_OK(sys::epoll_create());
	ASSERT_OK(sys::epoll_add(epoll.get(), fd, wanted, 0));
	epoll_event event = {};
	ASSERT_CALL(epoll_wait(epoll.get(), &event, 1, timeout_ms));
	return event.events & (EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLERR);
}

void expect_state(int fd, short state)
{
	constexpr short kBoth = POLLIN | POLLOUT;
	EXPECT_EQ(by_poll(fd, 0, kBoth), state);
	EXPECT_EQ(by_epoll(fd, 0, kBoth), state);
	short selected = state & kBoth;
	selected |= state & (POLLHUP | POLLERR) ? POLLIN : 0;
	selected |= state & POLLERR ? POLLOUT : 0;
	EXPECT_EQ(by_select(fd, 0, kBoth), selected);
}

} // namespace

TEST(the_host_away_is_in_and_hup)
{
	const OpenPort port;
	expect_state(port.fd(), POLLIN | POLLHUP);
}

TEST(the_host_idle_is_out)
{
	const ConnectedPort port;
	expect_state(port.fd(), POLLOUT);
}

TEST(data_is_in_until_it_is_read)
{
	const ConnectedPort port;
	host::send(kPort, "data");
	port.wait_for(POLLIN);
	expect_state(port.fd(), POLLIN | POLLOUT);
	EXPECT_EQ(port.read(3), "dat");
	expect_state(port.fd(), POLLIN | POLLOUT);
	EXPECT_EQ(port.read(3), "a");
	expect_state(port.fd(), POLLOUT);
}

TEST(a_full_port_is_not_out)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::pause(kPort);
	port.fill(kSeed);
	expect_state(port.fd(), 0);
	host::resume(kPort);
	port.wait_for(POLLOUT);
	expect_state(port.fd(), POLLOUT);
}

TEST(the_host_gone_with_data_left_is_in_and_hup)
{
	const ConnectedPort port;
	host::send(kPort, "data");
	host::settle();
	port.disconnect();
	expect_state(port.fd(), POLLIN | POLLHUP);
	EXPECT_EQ(port.read(100), "data");
	expect_state(port.fd(), POLLIN | POLLHUP);
}

// Without IN, unlike a port whose host is away: so programs tell them apart.
// And with ERR, for a select that waits to write.
TEST(an_unplugged_port_is_hup_and_err)
{
	const ConnectedPort port;
	host::unplug(kPort);
	port.wait_for(POLLHUP);
	ASSERT_EVENTUALLY(!has_port(kPort));
	expect_state(port.fd(), POLLHUP | POLLERR);
}

TEST(the_state_follows_the_host_every_time)
{
	const OpenPort port;
	for (int round = 0; round < 10; round++) {
		port.connect();
		expect_state(port.fd(), POLLOUT);
		port.disconnect();
		expect_state(port.fd(), POLLIN | POLLHUP);
	}
}

namespace {

using Interface = short (*)(int fd, int timeout_ms, short wanted);

short by_epoll_level(int fd, int timeout_ms, short wanted)
{
	return by_epoll(fd, timeout_ms, wanted);
}

short by_epoll_edge(int fd, int timeout_ms, short wanted)
{
	return by_epoll(fd, timeout_ms, wanted | EPOLLET);
}

struct Waiter {
	const char *name;
	Interface wait;
	long number; // of the system call that sleeps
};
constexpr Waiter kWaiters[] = {
	{"poll", by_poll, SYS_poll},
	{"select", by_select, SYS_pselect6},
	{"epoll", by_epoll_level, SYS_epoll_wait},
	{"epoll_edge", by_epoll_edge, SYS_epoll_wait},
};

// Waits in the interface, lets the event happen, returns what it said.
template <typename Event>
short woken_by(const Waiter &waiter, const OpenPort &port, short wanted, Event event)
{
	Worker thread([&] { return waiter.wait(port.fd(), -1, wanted); });
	thread.wait_asleep(waiter.number);
	event();
	return thread.result();
}

} // namespace

TEST_EACH(data_wakes, kWaiters)
{
	const ConnectedPort port;
	EXPECT_EQ(woken_by(variant, port, POLLIN, [] { host::send(kPort, "x"); }), POLLIN);
}

TEST_EACH(a_disconnect_wakes, kWaiters)
{
	const ConnectedPort port;
	const short got = woken_by(variant, port, POLLIN, [] { host::disconnect(kPort); });
	EXPECT_TRUE(got & POLLIN);
}

TEST_EACH(an_unplug_wakes, kWaiters)
{
	const ConnectedPort port;
	const short got = woken_by(variant, port, POLLIN, [] { host::unplug(kPort); });
	EXPECT_TRUE(got & (POLLIN | POLLHUP));
}

TEST_EACH(space_wakes, kWaiters)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::pause(kPort);
	port.fill(kSeed);
	EXPECT_EQ(woken_by(variant, port, POLLOUT, [] { host::resume(kPort); }), POLLOUT);
}

// A port whose host is away is never without an event for poll (HUP), so only
// select for writing and an edge can wait for the connection.
TEST(a_connect_wakes_select_for_writing)
{
	const OpenPort port;
	EXPECT_EQ(woken_by(kWaiters[1], port, POLLOUT, [] { host::connect(kPort); }), POLLOUT);
}

TEST(a_connect_is_an_edge_for_epoll)
{
	const OpenPort port;
	const UniqueFd epoll = ASSERT_OK(sys::epoll_create());
	ASSERT_OK(sys::epoll_add(epoll.get(), port.fd(), EPOLLOUT | EPOLLET, 0));
	epoll_event event = {};
	ASSERT_EQ(ASSERT_CALL(epoll_wait(epoll.get(), &event, 1, -1)), 1);
	EXPECT_TRUE(event.events & EPOLLHUP); // the state it has been added in

	Worker thread([&] { return epoll_wait(epoll.get(), &event, 1, -1); });
	thread.wait_asleep(SYS_epoll_wait);
	host::connect(kPort);
	EXPECT_EQ(thread.result(), 1);
	EXPECT_EQ(event.events & (EPOLLIN | EPOLLOUT | EPOLLHUP), EPOLLOUT);
}

TEST(data_that_comes_while_data_waits_is_an_edge_for_epoll)
{
	const ConnectedPort port;
	host::send(kPort, "seen by nobody");
	host::settle();
	const UniqueFd epoll = ASSERT_OK(sys::epoll_create());
	ASSERT_OK(sys::epoll_add(epoll.get(), port.fd(), EPOLLIN | EPOLLET, 0));
	epoll_event event = {};
	ASSERT_EQ(ASSERT_CALL(epoll_wait(epoll.get(), &event, 1, -1)), 1);

	for (int round = 0; round < 3; round++) {
		Worker thread([&] { return epoll_wait(epoll.get(), &event, 1, -1); });
		thread.wait_asleep(SYS_epoll_wait);
		host::send(kPort, "more");
		EXPECT_EQ(thread.result(), 1);
		EXPECT_TRUE(event.events & EPOLLIN);
	}
}

} // namespace gatehouse::test
