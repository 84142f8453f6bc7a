// SPDX-License-Identifier: GPL-2.0-or-later
//
// SIGIO: each event of a port comes as a signal that says which one it was.

#include "sigio.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "host.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 4;

} // namespace

TEST(connect_sends_poll_out)
{
	const OpenPort port;
	const Sigio sigio(port.fd());
	host::connect(kPort);
	sigio.expect(POLL_OUT);
}

TEST(disconnect_sends_poll_hup)
{
	const ConnectedPort port;
	const Sigio sigio(port.fd());
	host::disconnect(kPort);
	sigio.expect(POLL_HUP);
}

TEST(unplug_sends_poll_hup)
{
	const ConnectedPort port;
	const Sigio sigio(port.fd());
	host::unplug(kPort);
	sigio.expect(POLL_HUP);
}

TEST(unplug_of_an_idle_port_sends_poll_hup)
{
	const OpenPort port;
	const Sigio sigio(port.fd());
	host::unplug(kPort);
	sigio.expect(POLL_HUP);
}

TEST(data_sends_poll_in)
{
	const ConnectedPort port;
	const Sigio sigio(port.fd());
	host::send(kPort, "data");
	sigio.expect(POLL_IN);
}

// A driver may spare itself interrupts while data waits to be read, but not for
// those who want to be told.
TEST(data_that_comes_while_data_waits_sends_poll_in)
{
	const ConnectedPort port;
	host::send(kPort, "seen by nobody");
	host::settle();
	const Sigio sigio(port.fd());
	for (int round = 0; round < 3; round++) {
		host::send(kPort, "more");
		sigio.expect(POLL_IN);
	}
}

TEST(space_that_returns_sends_poll_out)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::pause(kPort);
	port.fill(kSeed);
	const Sigio sigio(port.fd());
	host::resume(kPort);
	sigio.expect(POLL_OUT);
}

TEST(every_connect_and_disconnect_is_told_in_order)
{
	const OpenPort port;
	const Sigio sigio(port.fd());
	for (int round = 0; round < 5; round++) {
		host::connect(kPort);
		EXPECT_EQ(sigio.next().si_code, POLL_OUT);
		host::disconnect(kPort);
		EXPECT_EQ(sigio.next().si_code, POLL_HUP);
	}
	EXPECT_TRUE(!sigio.pending());
}

TEST(without_f_setsig_the_signal_is_sigio)
{
	const OpenPort port;
	const Sigio sigio(port.fd(), SIGIO);
	ASSERT_CALL(fcntl(port.fd(), F_SETSIG, 0));
	host::connect(kPort);
	EXPECT_EQ(sigio.next().si_signo, SIGIO);
}

TEST(f_setown_ex_sends_to_one_thread)
{
	const OpenPort port;
	const Sigio sigio(port.fd());
	siginfo_t info = {};
	Worker thread([&] {
		const f_owner_ex owner = {.type = F_OWNER_TID, .pid = gettid()};
		ASSERT_CALL(fcntl(port.fd(), F_SETOWN_EX, &owner));
		info = sigio.next();
		return 0L;
	});
	thread.wait_asleep(SYS_rt_sigtimedwait);
	host::connect(kPort);
	EXPECT_EQ(thread.result(), 0);
	EXPECT_EQ(info.si_code, POLL_OUT);
	EXPECT_TRUE(!sigio.pending()); // for the main thread, or the process
}

TEST(no_signal_comes_after_o_async_is_cleared)
{
	const OpenPort port;
	const Sigio sigio(port.fd());
	port.connect();
	sigio.expect(POLL_OUT);
	ASSERT_CALL(fcntl(port.fd(), F_SETFL, O_RDWR));
	port.disconnect();
	EXPECT_TRUE(!sigio.pending());
}

TEST(no_signal_comes_after_close)
{
	OpenPort port;
	const Sigio sigio(port.fd());
	port.close();
	port.connect();
	port.disconnect();
	EXPECT_TRUE(!sigio.pending());
}

} // namespace gatehouse::test
