// SPDX-License-Identifier: GPL-2.0-or-later
//
// Many threads on one port. Each case but the last is about a stream: bounded
// by its bytes, checked byte by byte; a stall is seen by the deadline.

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <vector>

#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 6;
constexpr size_t kMiB = 1 << 20;

// Polls the fd without rest until told to stop.
class Poller
{
public:
	explicit Poller(int fd)
		: thread_([this, fd] {
			  while (!stop_)
				  poll_now(fd);
			  return 0L;
		  })
	{}
	~Poller() { stop_ = true; }

private:
	std::atomic<bool> stop_ = false;
	Worker thread_;
};

// Each thread keeps its pieces, so that reading is all that they share.
struct Reader {
	std::vector<std::string> pieces;
	std::string error;
};

// Reads until the threads together have all bytes.
void read_pieces(int fd, Reader &reader, std::atomic<size_t> &left, size_t size)
{
	std::string buffer(size, '\0');
	while (left > 0) {
		const ssize_t n = read(fd, buffer.data(), buffer.size());
		if (n < 0 && errno == EAGAIN) {
			sched_yield();
			continue;
		}
		if (n <= 0 || static_cast<size_t>(n) > left) {
			reader.error = n < 0 ? errno_name(errno) : fmt::format("{} bytes", n);
			left = 0;
			return;
		}
		left -= n;
		reader.pieces.emplace_back(buffer, 0, n);
	}
}

} // namespace

struct Readers {
	const char *name;
	int threads;
	size_t size; // of each read
	size_t total;
};
constexpr Readers kReaders[] = {
	{"four", 4, 4096, 4 * kMiB},
	{"four_small", 4, 100, kMiB},
	{"sixteen", 16, 16384, 8 * kMiB},
};

TEST_EACH(threads_reading_one_fd_share_the_stream_exactly, kReaders, .topology = "smp",
	  .deadline = 180)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	std::atomic<size_t> left = variant.total;
	std::vector<Reader> readers(variant.threads);
	std::deque<Worker> threads;
	for (Reader &reader : readers)
		threads.emplace_back([&] {
			read_pieces(port.fd(), reader, left, variant.size);
			return 0L;
		});
	host::start_send_pattern(kPort, kSeed, variant.total);

	Cover cover(kSeed, variant.total);
	for (int i = 0; i < variant.threads; i++) {
		threads[i].result();
		EXPECT_EQ(readers[i].error, "");
		for (std::string &piece : readers[i].pieces)
			cover.add(std::move(piece));
	}
	EXPECT_EQ(cover.verdict(), "");
	host::join(kPort);
}

struct Writes {
	const char *name;
	size_t size;
	size_t total;
};
constexpr Writes kWrites[] = {{"small", 64, 2 * kMiB}, {"large", 16384, 16 * kMiB}};

TEST_EACH(a_blocking_writer_beside_a_polling_thread_never_stalls, kWrites, .topology = "smp",
	  .deadline = 60)
{
	const ConnectedPort port;
	const Poller poller(port.fd());
	const std::string data = pattern(kSeed, variant.total);
	host::start_recv_pattern(kPort, kSeed, variant.total);
	for (size_t at = 0; at < variant.total; at += variant.size)
		ASSERT_EQ(ASSERT_CALL(write(port.fd(), data.data() + at, variant.size)),
			  variant.size);
	host::join(kPort);
}

// Ping and pong, so that every read has to sleep for its answer.
TEST(a_blocking_reader_beside_a_polling_thread_never_stalls, .topology = "smp", .deadline = 60)
{
	constexpr int kRounds = 1000;
	const ConnectedPort port;
	host::echo(kPort);
	const Poller poller(port.fd());
	for (int round = 0; round < kRounds; round++) {
		const std::string ping = pattern(kSeed + round, 64);
		ASSERT_EQ(ASSERT_CALL(write(port.fd(), ping.data(), ping.size())), ping.size());
		for (std::string pong; pong.size() < ping.size();) {
			pong += port.read(64);
			ASSERT_EQ(pong, std::string_view(ping).substr(0, pong.size()));
		}
	}
}

TEST(readers_and_writers_and_a_poller_on_one_port, .topology = "smp,vectors", .deadline = 180)
{
	constexpr size_t kTotal = 4 * kMiB;
	const ConnectedPort port;
	const Poller poller(port.fd());
	const std::string data = pattern(kSeed, kTotal);
	host::start_recv_pattern(kPort, kSeed, kTotal);
	host::start_send_pattern(kPort, kSeed + kTotal, kTotal);
	Worker writer([&] {
		for (size_t at = 0; at < kTotal;) {
			const long n = write(port.fd(), data.data() + at, kTotal - at);
			if (n <= 0)
				return n;
			at += n;
		}
		return 1L;
	});
	for (size_t at = 0; at < kTotal;) {
		const std::string piece = port.read(8192);
		ASSERT_GT(piece.size(), 0);
		ASSERT_EQ(pattern_mismatch(piece, kSeed + kTotal, at), piece.size());
		at += piece.size();
	}
	EXPECT_EQ(writer.result(), 1);
	host::join(kPort);
}

// Repeats a call until it fails; the errno is the Worker's.
template <typename Call> long until_error(Call call)
{
	long n;
	do
		n = call();
	while (n >= 0);
	return n;
}

TEST(unplug_and_plug_under_readers_and_writers_ends_each_with_enodev, .topology = "smp,vectors",
     .deadline = 300)
{
	constexpr int kRounds = 30;
	constexpr int kThreads = 3; // of each kind
	const std::string data = pattern(kSeed, 8192);
	for (int round = 0; round < kRounds; round++) {
		const ConnectedPort port;
		host::echo(kPort);
		std::deque<Worker> threads;
		for (int i = 0; i < kThreads; i++) {
			threads.emplace_back([&] {
				char buffer[4096];
				return until_error(
					[&] { return read(port.fd(), buffer, sizeof(buffer)); });
			});
			threads.emplace_back([&] {
				return until_error(
					[&] { return write(port.fd(), data.data(), data.size()); });
			});
		}
		{
			const Poller poller(port.fd());
			host::settle(); // the stream flows, for a moment or two
			host::unplug(kPort);
		}
		for (Worker &thread : threads) {
			EXPECT_EQ(thread.result(), -1);
			EXPECT_EQ(errno_name(thread.error()), "ENODEV");
		}
		ASSERT_EVENTUALLY(!has_port(kPort));
		host::plug(kPort);
	}
}

TEST(devices_unplugged_under_readers_and_writers_end_each_with_enodev, .topology = "smp",
     .deadline = 120)
{
	constexpr int kRounds = 5;
	constexpr int kDevices = 4;
	const std::string data = pattern(kSeed, 8192);
	for (int round = 0; round < kRounds; round++) {
		std::deque<ConnectedPort> ports;
		std::deque<Worker> threads;
		for (int i = 0; i < kDevices; i++) {
			const std::string name = fmt::format("org.gatehouse.load.{}", i);
			host::plug_device(fmt::format("vserload{}", i), {name});
			const ConnectedPort &port = ports.emplace_back(O_RDWR, name);
			host::echo(name);
			threads.emplace_back([&port] {
				char buffer[4096];
				return until_error(
					[&] { return read(port.fd(), buffer, sizeof(buffer)); });
			});
			threads.emplace_back([&port, &data] {
				return until_error(
					[&] { return write(port.fd(), data.data(), data.size()); });
			});
		}
		host::settle(); // the streams flow, for a moment or two
		for (int i = 0; i < kDevices; i++)
			host::unplug_device(fmt::format("vserload{}", i));
		for (Worker &thread : threads) {
			EXPECT_EQ(thread.result(), -1);
			EXPECT_EQ(errno_name(thread.error()), "ENODEV");
		}
	}
	const ConnectedPort other; // never noticed
	other.expect_carries();
}

TEST(open_and_close_beside_plug_and_unplug, .topology = "smp", .deadline = 180)
{
	constexpr int kRounds = 30;
	const std::string node = "/dev/" + find_port().id;
	std::atomic<bool> stop = false;
	Worker opener([&] {
		while (!stop) {
			const UniqueFd fd(open(node.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
			if (fd)
				poll_now(fd.get());
		}
		return 0L;
	});
	for (int round = 0; round < kRounds; round++) {
		host::unplug(kPort);
		ASSERT_EVENTUALLY(!has_port(kPort));
		host::plug(kPort);
		find_port();
	}
	stop = true;
	EXPECT_EQ(opener.result(), 0);
	const ConnectedPort port;
	EXPECT_EQ(ASSERT_CALL(write(port.fd(), "well", 4)), 4);
	EXPECT_EQ(host::recv(kPort, 4), "well");
}

} // namespace gatehouse::test
