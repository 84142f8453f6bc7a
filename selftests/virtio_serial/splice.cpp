// SPDX-License-Identifier: GPL-2.0-or-later
//
// splice(2) between a port and a pipe, each way, and sendfile(2) from a file.

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 14;
constexpr size_t kMiB = 1 << 20;

struct Pipe {
	Pipe()
	{
		int fds[2];
		ASSERT_CALL(pipe2(fds, O_CLOEXEC));
		out = UniqueFd(fds[0]);
		in = UniqueFd(fds[1]);
	}

	UniqueFd out;
	UniqueFd in;
};

// An unnamed file with the stream of kSeed.
UniqueFd pattern_file(size_t size)
{
	UniqueFd file(memfd_create("stream", MFD_CLOEXEC));
	const std::string data = pattern(kSeed, size);
	EXPECT_EQ(ASSERT_CALL(write(file.get(), data.data(), data.size())), ssize_t(size));
	ASSERT_CALL(lseek(file.get(), 0, SEEK_SET));
	return file;
}

} // namespace

TEST(a_pipe_is_spliced_to_the_host)
{
	const ConnectedPort port;
	const Pipe pipe;
	EXPECT_EQ(ASSERT_CALL(write(pipe.in.get(), "through a pipe", 14)), 14);
	EXPECT_EQ(ASSERT_CALL(splice(pipe.out.get(), nullptr, port.fd(), nullptr, 14, 0)), 14);
	EXPECT_EQ(host::recv(kPort, 14), "through a pipe");
}

TEST(a_file_is_sent_to_the_host)
{
	const ConnectedPort port;
	const UniqueFd file = pattern_file(4 * kMiB);
	host::start_recv_pattern(kPort, kSeed, 4 * kMiB);
	for (size_t left = 4 * kMiB; left;)
		left -= ASSERT_CALL(sendfile(port.fd(), file.get(), nullptr, left));
	host::join(kPort);
}

TEST(the_host_is_spliced_to_a_pipe)
{
	const ConnectedPort port;
	const Pipe pipe;
	host::send(kPort, "from the host");
	port.wait_for(POLLIN);
	EXPECT_EQ(ASSERT_CALL(splice(port.fd(), nullptr, pipe.in.get(), nullptr, 4096, 0)), 13);
	char data[13];
	EXPECT_EQ(ASSERT_CALL(read(pipe.out.get(), data, sizeof(data))), 13);
	EXPECT_EQ(std::string(data, 13), "from the host");
}

TEST(a_stream_is_spliced_to_a_file)
{
	const ConnectedPort port;
	const Pipe pipe;
	const UniqueFd file(memfd_create("stream", MFD_CLOEXEC));
	host::start_send_pattern(kPort, kSeed, 4 * kMiB);
	for (size_t done = 0; done < 4 * kMiB;) {
		size_t n =
			ASSERT_CALL(splice(port.fd(), nullptr, pipe.in.get(), nullptr, 65536, 0));
		ASSERT_GT(n, 0U);
		done += n;
		while (n)
			n -= ASSERT_CALL(
				splice(pipe.out.get(), nullptr, file.get(), nullptr, n, 0));
	}
	host::join(kPort);
	std::string data(4 * kMiB, '\0');
	EXPECT_EQ(ASSERT_CALL(pread(file.get(), data.data(), data.size(), 0)), ssize_t(4 * kMiB));
	EXPECT_TRUE(data == pattern(kSeed, 4 * kMiB));
}

TEST(splice_from_a_silent_host_waits_or_gets_eagain)
{
	const Pipe pipe;
	{
		const ConnectedPort port(O_RDWR | O_NONBLOCK);
		EXPECT_FAILS(splice(port.fd(), nullptr, pipe.in.get(), nullptr, 4096, 0), EAGAIN);
		port.disconnect();
	}
	const ConnectedPort port;
	Worker splicer([&] { return splice(port.fd(), nullptr, pipe.in.get(), nullptr, 4096, 0); });
	splicer.wait_asleep(SYS_splice);
	host::send(kPort, "now");
	EXPECT_EQ(splicer.result(), 3);
}

TEST(splice_from_a_host_that_is_away_returns_zero)
{
	const OpenPort port;
	const Pipe pipe;
	EXPECT_EQ(ASSERT_CALL(splice(port.fd(), nullptr, pipe.in.get(), nullptr, 4096, 0)), 0);
}

TEST(unplug_wakes_a_splice_with_enodev)
{
	const ConnectedPort port;
	const Pipe pipe;
	Worker splicer([&] { return splice(port.fd(), nullptr, pipe.in.get(), nullptr, 4096, 0); });
	splicer.wait_asleep(SYS_splice);
	host::unplug(kPort);
	EXPECT_EQ(splicer.result(), -1);
	EXPECT_EQ(errno_name(splicer.error()), "ENODEV");
}

} // namespace gatehouse::test
