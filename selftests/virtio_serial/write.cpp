// SPDX-License-Identifier: GPL-2.0-or-later
//
// What write(2) takes, when it waits, and that what it took arrives.

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>

#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 2;
constexpr size_t kMiB = 1 << 20;
// More than the port and the host's socket hold while nobody reads.
constexpr size_t kTooMuch = 16 * kMiB;

struct Mode {
	const char *name;
	int flags;
};
constexpr Mode kModes[] = {{"blocking", 0}, {"nonblocking", O_NONBLOCK}};

// Writes all, waiting by poll where the fd does not block.
void write_fully(const OpenPort &port, std::string_view data)
{
	while (!data.empty()) {
		const ssize_t n = write(port.fd(), data.data(), data.size());
		if (n < 0 && errno == EAGAIN) {
			pollfd one = {.fd = port.fd(), .events = POLLOUT, .revents = 0};
			ASSERT_CALL(poll(&one, 1, -1));
			continue;
		}
		ASSERT_GT(ASSERT_CALL(n), 0);
		data.remove_prefix(n);
	}
}

void no_handler(int)
{}

} // namespace

TEST_EACH(the_host_gets_what_is_written, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), "hello", 5)), 5);
	EXPECT_EQ(host::recv(kPort, 5), "hello");
}

TEST_EACH(write_of_nothing_returns_zero, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), "", 0)), 0);
}

TEST(blocking_write_waits_for_the_host_to_come)
{
	const OpenPort port;
	Worker writer([&] { return write(port.fd(), "patience", 8); });
	writer.wait_asleep(SYS_write);
	host::connect(kPort);
	EXPECT_EQ(writer.result(), 8);
	EXPECT_EQ(host::recv(kPort, 8), "patience");
}

TEST(nonblocking_write_gets_eagain_while_the_host_is_away)
{
	const OpenPort port(O_RDWR | O_NONBLOCK);
	EXPECT_FAILS(write(port.fd(), "x", 1), EAGAIN);
	port.connect();
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), "y", 1)), 1);
	EXPECT_EQ(host::recv(kPort, 1), "y");
	port.disconnect();
	EXPECT_FAILS(write(port.fd(), "z", 1), EAGAIN);
}

TEST(a_port_fills_up_while_the_host_does_not_read_and_then_goes_on, .topology = kTransports,
     .deadline = 60)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::pause(kPort);
	const size_t taken = port.fill(kSeed);
	note(fmt::format("the port took {} bytes", taken));
	EXPECT_FAILS(write(port.fd(), "x", 1), EAGAIN);

	host::resume(kPort);
	port.wait_for(POLLOUT);
	write_fully(port, pattern(kSeed, kMiB, taken));
	host::recv_pattern(kPort, kSeed, taken + kMiB);
}

TEST(a_blocking_write_waits_for_the_host_to_read, .deadline = 60)
{
	const ConnectedPort port;
	host::pause(kPort);
	const std::string data = pattern(kSeed, kTooMuch);
	Worker writer([&] { return write(port.fd(), data.data(), data.size()); });
	writer.wait_asleep(SYS_write);
	host::resume(kPort);
	host::recv_pattern(kPort, kSeed, kTooMuch);
	EXPECT_EQ(writer.result(), kTooMuch);
}

TEST_EACH(every_size_arrives_exactly, kModes, .deadline = 60)
{
	constexpr size_t kSizes[] = {0,	   1,	 2,    63,    64,    65,    4095,
				     4096, 4097, 8191, 32767, 32768, 32769, kMiB};
	const ConnectedPort port(O_RDWR | variant.flags);
	for (const size_t size : kSizes) {
		write_fully(port, pattern(size, size));
		host::recv_pattern(kPort, size, size);
	}
	EXPECT_EQ(host::received(kPort), 0);
}

// Sizes that follow each other without a pause, so that a driver which gathers
// small writes meets every boundary.
TEST_EACH(sizes_mixed_make_one_exact_stream, kModes, .topology = kTransports, .deadline = 120)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	constexpr size_t kTotal = 2 * kMiB;
	const std::string data = pattern(kSeed, kTotal);
	host::start_recv_pattern(kPort, kSeed, kTotal);
	uint64_t dice = kSeed;
	for (size_t at = 0; at < kTotal;) {
		dice = dice * 6364136223846793005u + 1442695040888963407u;
		const size_t want = (dice >> 33) % (1u << (dice >> 60)) + 1;
		const size_t size = std::min(want, kTotal - at);
		write_fully(port, std::string_view(data).substr(at, size));
		at += size;
	}
	host::join(kPort);
}

TEST(sixteen_mib_arrive_exactly, .deadline = 120)
{
	const ConnectedPort port;
	const std::string data = pattern(kSeed, 16 * kMiB);
	host::start_recv_pattern(kPort, kSeed, data.size());
	for (size_t at = 0; at < data.size(); at += 65536)
		EXPECT_EQ(ASSERT_CALL(write(port.fd(), data.data() + at, 65536)), 65536);
	host::join(kPort);
}

TEST(writev_sends_its_buffers_in_order)
{
	const ConnectedPort port;
	char first[] = "abcd", second[] = "efghij";
	const iovec parts[] = {{first, 4}, {second, 6}};
	EXPECT_EQ(ASSERT_CALL(writev(port.fd(), parts, 2)), 10);
	EXPECT_EQ(host::recv(kPort, 10), "abcdefghij");
}

// More rounds than a driver has buffers: QEMU never returns the buffer it was
// busy with when the host's end closed.
TEST(a_host_that_leaves_a_full_port_finds_it_empty_when_it_returns, .deadline = 60)
{
	const OpenPort port(O_RDWR | O_NONBLOCK);
	for (int round = 0; round < 20; round++) {
		port.connect();
		port.expect_carries();
		host::pause(kPort);
		port.fill(kSeed);
		port.disconnect();
	}
}

TEST(close_right_after_write_loses_nothing)
{
	ConnectedPort port;
	const std::string data = pattern(kSeed, kMiB);
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), data.data(), data.size())), kMiB);
	port.close();
	host::recv_pattern(kPort, kSeed, kMiB);
}

TEST(close_before_the_host_reads_loses_nothing, .deadline = 60)
{
	ConnectedPort port(O_RDWR | O_NONBLOCK);
	host::pause(kPort);
	const size_t taken = port.fill(kSeed);
	port.close();
	host::resume(kPort);
	host::recv_pattern(kPort, kSeed, taken);

	// And the next opener starts clean.
	const UniqueFd again = try_open(port.port());
	ASSERT_CALL(again.get());
	EXPECT_EQ(ASSERT_CALL(write(again.get(), "next", 4)), 4);
	EXPECT_EQ(host::recv(kPort, 4), "next");
}

TEST(unplug_wakes_a_writer_that_waits_for_the_host_with_enodev)
{
	const OpenPort port;
	Worker writer([&] { return write(port.fd(), "x", 1); });
	writer.wait_asleep(SYS_write);
	host::unplug(kPort);
	EXPECT_EQ(writer.result(), -1);
	EXPECT_EQ(errno_name(writer.error()), "ENODEV");
}

// QEMU throws away what the port still holds before it tells the guest, so the
// call that waits may yet be taken whole: a later one gets the error.
TEST(unplug_wakes_a_writer_that_waits_for_space)
{
	const ConnectedPort port;
	host::pause(kPort);
	const std::string data = pattern(kSeed, kTooMuch);
	Worker writer([&] { return port.write_until_error(data); });
	writer.wait_asleep(SYS_write);
	host::unplug(kPort);
	EXPECT_EQ(writer.result(), -1);
	EXPECT_EQ(errno_name(writer.error()), "ENODEV");
}

TEST_EACH(write_gets_enodev_after_unplug, kModes)
{
	const ConnectedPort port(O_RDWR | variant.flags);
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!has_port(kPort));
	EXPECT_FAILS(write(port.fd(), "x", 1), ENODEV);
	EXPECT_FAILS(write(port.fd(), "x", 1), ENODEV);
}

TEST(a_signal_interrupts_a_write_that_has_taken_nothing)
{
	struct sigaction action = {};
	action.sa_handler = no_handler;
	ASSERT_CALL(sigaction(SIGUSR1, &action, nullptr));

	const OpenPort port;
	Worker writer([&] { return write(port.fd(), "x", 1); });
	writer.wait_asleep(SYS_write);
	writer.signal(SIGUSR1);
	EXPECT_EQ(writer.result(), -1);
	EXPECT_EQ(errno_name(writer.error()), "EINTR");
}

TEST(a_signal_ends_a_long_write_with_an_honest_count, .deadline = 60)
{
	struct sigaction action = {};
	action.sa_handler = no_handler;
	ASSERT_CALL(sigaction(SIGUSR1, &action, nullptr));

	const ConnectedPort port;
	host::pause(kPort);
	const std::string data = pattern(kSeed, kTooMuch);
	Worker writer([&] { return write(port.fd(), data.data(), data.size()); });
	writer.wait_asleep(SYS_write);
	writer.signal(SIGUSR1);
	const long taken = writer.result();
	ASSERT_TRUE(taken > 0 && taken < long{kTooMuch});

	host::resume(kPort);
	ASSERT_EQ(ASSERT_CALL(write(port.fd(), data.data() + taken, kMiB)), kMiB);
	host::recv_pattern(kPort, kSeed, taken + kMiB);
}

// Two threads write records of one letter; none may be cut in two.
TEST(pieces_of_two_writers_stay_whole, .deadline = 60)
{
	constexpr size_t kRecord = 1000;
	constexpr int kRecords = 16;
	const ConnectedPort port;
	const auto writes = [&](char letter) {
		const std::string record(kRecord, letter);
		for (int i = 0; i < kRecords; i++)
			if (write(port.fd(), record.data(), kRecord) != long{kRecord})
				return -1L;
		return 0L;
	};
	Worker first([&] { return writes('a'); });
	Worker second([&] { return writes('b'); });
	EXPECT_EQ(first.result(), 0);
	EXPECT_EQ(second.result(), 0);

	for (int i = 0; i < 2 * kRecords; i++) {
		const std::string record = host::recv(kPort, kRecord);
		EXPECT_EQ(record, std::string(kRecord, record[0]));
	}
}

TEST(write_from_a_bad_address_gets_efault)
{
	const ConnectedPort port;
	void *const nowhere = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT_FAILS(write(port.fd(), nowhere, 100), EFAULT);
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), "fine", 4)), 4);
	EXPECT_EQ(host::recv(kPort, 4), "fine");
}

} // namespace gatehouse::test
