// SPDX-License-Identifier: GPL-2.0-or-later
//
// What read(2) gives, when it waits, and what ends the wait.

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 1;
constexpr size_t kMiB = 1 << 20;

struct Mode {
	const char *name;
	int flags;
};
constexpr Mode kModes[] = {{"blocking", 0}, {"nonblocking", O_NONBLOCK}};

std::atomic<int> signals_seen;

void catch_signal(int number, int flags)
{
	struct sigaction action = {};
	action.sa_handler = [](int) { signals_seen++; };
	action.sa_flags = flags;
	ASSERT_CALL(sigaction(number, &action, nullptr));
}

} // namespace

TEST_EACH(read_returns_zero_when_the_host_is_away, kModes)
{
	const OpenPort port(O_RDWR | variant.flags);
	char byte;
	EXPECT_EQ(ASSERT_CALL(read(port.fd(), &byte, 1)), 0);
}

TEST_EACH(read_of_nothing_returns_zero, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	EXPECT_EQ(ASSERT_CALL(read(port.fd(), nullptr, 0)), 0);
}

TEST(nonblocking_read_gets_eagain_when_the_host_is_idle)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	char byte;
	EXPECT_FAILS(read(port.fd(), &byte, 1), EAGAIN);
}

TEST_EACH(read_returns_what_the_host_sent, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	host::send(kPort, "hello");
	port.wait_for(POLLIN);
	EXPECT_EQ(port.read(100), "hello");
}

TEST(blocking_read_returns_what_comes_later)
{
	const ConnectedPort port;
	char buffer[100];
	Worker reader([&] { return read(port.fd(), buffer, sizeof(buffer)); });
	reader.wait_asleep(SYS_read);
	host::send(kPort, "later");
	ASSERT_EQ(reader.result(), 5);
	EXPECT_EQ(std::string_view(buffer, 5), "later");
}

TEST(blocking_read_returns_zero_when_the_host_goes)
{
	const ConnectedPort port;
	char byte;
	Worker reader([&] { return read(port.fd(), &byte, 1); });
	reader.wait_asleep(SYS_read);
	host::disconnect(kPort);
	EXPECT_EQ(reader.result(), 0);
}

// Each piece the host sends apart takes a buffer of its own.
TEST(one_read_returns_a_dozen_small_pieces)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	std::string sent;
	for (int i = 0; i < 12; i++) {
		const std::string piece = fmt::format("piece {:2};", i);
		host::send(kPort, piece);
		host::settle();
		sent += piece;
	}
	EXPECT_EQ(port.read(4096), sent);
}

TEST(one_big_read_returns_all_that_is_queued)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::send(kPort, pattern(kSeed, 100));
	host::settle();
	host::send(kPort, pattern(kSeed, 10000, 100));
	host::settle();
	EXPECT_EQ(port.read(100000).size(), 10100);
}

TEST(a_small_buffer_leaves_the_rest_for_the_next_read)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::send(kPort, "abcdefghij");
	port.wait_for(POLLIN);
	EXPECT_EQ(port.read(3), "abc");
	EXPECT_EQ(port.read(1), "d");
	EXPECT_EQ(port.read(100), "efghij");
	char byte;
	EXPECT_FAILS(read(port.fd(), &byte, 1), EAGAIN);
}

TEST(readv_fills_its_buffers_in_order)
{
	const ConnectedPort port;
	host::send(kPort, "abcdefghij");
	port.wait_for(POLLIN);
	char first[4], second[6];
	const iovec parts[] = {{first, sizeof(first)}, {second, sizeof(second)}};
	size_t n = ASSERT_CALL(readv(port.fd(), parts, 2));
	EXPECT_EQ(std::string_view(first, 4), "abcd");
	if (n < 10) // a short read is a read
		EXPECT_EQ(port.read_all(10 - n).size(), 10 - n);
	else
		EXPECT_EQ(std::string_view(second, 6), "efghij");
}

TEST_EACH(queued_data_is_readable_after_the_host_has_gone, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	host::send(kPort, "last words");
	host::settle();
	port.disconnect();
	EXPECT_EQ(port.read(4), "last");
	EXPECT_EQ(port.read(100), " words");
	EXPECT_EQ(port.read(100), "");
}

TEST(data_of_the_next_connection_follows)
{
	const ConnectedPort port;
	host::send(kPort, "one");
	host::settle();
	port.disconnect();
	port.connect();
	host::send(kPort, "two");
	EXPECT_EQ(port.read_all(6), "onetwo");
}

TEST(data_sent_before_open_waits_for_the_opener)
{
	const Port port = find_port();
	host::connect(kPort);
	host::send(kPort, "early");
	host::settle();
	const UniqueFd fd = try_open(port);
	char buffer[100];
	ASSERT_EQ(ASSERT_CALL(read(fd.get(), buffer, sizeof(buffer))), 5);
	EXPECT_EQ(std::string_view(buffer, 5), "early");
}

TEST(unplug_wakes_a_sleeping_reader_with_enodev)
{
	const ConnectedPort port;
	char byte;
	Worker reader([&] { return read(port.fd(), &byte, 1); });
	reader.wait_asleep(SYS_read);
	host::unplug(kPort);
	EXPECT_EQ(reader.result(), -1);
	EXPECT_EQ(errno_name(reader.error()), "ENODEV");
}

TEST_EACH(read_gets_enodev_after_unplug, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!has_port(kPort));
	char byte;
	EXPECT_FAILS(read(port.fd(), &byte, 1), ENODEV);
	EXPECT_FAILS(read(port.fd(), &byte, 1), ENODEV);
}

TEST(a_signal_interrupts_a_blocking_read)
{
	const ConnectedPort port;
	catch_signal(SIGUSR1, 0);
	char byte;
	Worker reader([&] { return read(port.fd(), &byte, 1); });
	reader.wait_asleep(SYS_read);
	reader.signal(SIGUSR1);
	EXPECT_EQ(reader.result(), -1);
	EXPECT_EQ(errno_name(reader.error()), "EINTR");
}

TEST(sa_restart_goes_on_with_a_blocking_read)
{
	const ConnectedPort port;
	catch_signal(SIGUSR1, SA_RESTART);
	char byte;
	Worker reader([&] { return read(port.fd(), &byte, 1); });
	reader.wait_asleep(SYS_read);
	reader.signal(SIGUSR1);
	ASSERT_EVENTUALLY(signals_seen == 1);
	reader.wait_asleep(SYS_read);
	host::send(kPort, "x");
	EXPECT_EQ(reader.result(), 1);
}

TEST(read_to_a_bad_address_gets_efault_and_loses_nothing)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::send(kPort, "kept");
	port.wait_for(POLLIN);
	void *const nowhere = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT_FAILS(read(port.fd(), nowhere, 100), EFAULT);
	EXPECT_EQ(port.read(100), "kept");
}

struct ReadSize {
	const char *name;
	size_t size;
	size_t total;
};
constexpr ReadSize kReadSizes[] = {
	{"by_1", 1, 4096},
	{"by_1000", 1000, 2 * kMiB},
	{"by_4096", 4096, 4 * kMiB},
	{"by_65536", 65536, 16 * kMiB},
};

TEST_EACH(a_stream_arrives_exactly, kReadSizes, .topology = kTransports, .deadline = 120)
{
	const ConnectedPort port;
	host::start_send_pattern(kPort, kSeed, variant.total);
	for (size_t at = 0; at < variant.total;) {
		const std::string piece = port.read(std::min(variant.size, variant.total - at));
		ASSERT_GT(piece.size(), 0);
		const size_t wrong = pattern_mismatch(piece, kSeed, at);
		if (wrong != piece.size())
			fail(fmt::format("wrong byte at {}", at + wrong));
		at += piece.size();
	}
	host::join(kPort);
}

} // namespace gatehouse::test
