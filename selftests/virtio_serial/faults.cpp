// SPDX-License-Identifier: GPL-2.0-or-later
//
// The file operations of a port with every allocation in them, and every copy
// from and to the caller, failing in turn.

#include <linux/fs.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "faults.hpp"
#include "file.hpp"
#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "test.hpp"
#include "virtio_bus.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 7;
// Some buffers of the driver, the last of them in part.
constexpr size_t kLarge = 100'000;

// A port whose host is there, opened anew for each call, so that it has no
// buffer left from the one before.
class FreshPort
{
public:
	FreshPort() : port_(find_port())
	{
		host::connect(kPort);
		wait_host(kPort, HostState::Connected);
	}

	void open(int flags = O_RDWR)
	{
		fd_ = try_open(port_, flags);
		ASSERT_CALL(fd());
	}
	void close() { fd_.reset(); }
	int fd() const { return fd_.get(); }

private:
	const Port port_;
	UniqueFd fd_;
};

// The host got as much of the stream as the call said, and nothing else.
void expect_host_has(long taken)
{
	if (taken > 0)
		host::recv_pattern(kPort, kSeed, taken);
	host::settle();
	ASSERT_EQ(host::received(kPort), 0);
}

// What the call did not read is still there.
void expect_rest(const OpenPort &port, std::string_view all, long taken)
{
	if (taken < long(all.size()))
		ASSERT_EQ(port.read_all(all.size() - std::max(taken, 0L)),
			  all.substr(std::max(taken, 0L)));
}

} // namespace

TEST(open_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const Port port = find_port();
	host::connect(kPort);
	const auto expect_works = [](long result) {
		if (result < 0)
			return;
		// Maybe with fewer buffers than usual.
		const UniqueFd fd(result);
		ASSERT_EQ(ASSERT_CALL(write(fd.get(), "there", 5)), 5);
		ASSERT_EQ(host::recv(kPort, 5), "there");
		host::send(kPort, "back");
		char text[4];
		ASSERT_EQ(ASSERT_CALL(read(fd.get(), text, 4)), 4);
		ASSERT_EQ(std::string_view(text, 4), "back");
	};
	std::string node;
	// The device keeps the buffers of a port from one open to the next.
	each_failure({
		.name = "first open",
		.arrange =
			[&] {
				ASSERT_OK(write_file(unbind_path("", kOurDriver), port.device));
				ASSERT_OK(write_file(bind_path("", kOurDriver), port.device));
				wait_host(kPort, HostState::Connected);
				node = "/dev/" + find_port().id;
			},
		.call = [&] { return open(node.c_str(), O_RDWR | O_CLOEXEC); },
		.conclude = expect_works,
		.at_most = 40,
	});
	each_failure({
		.name = "open",
		.call = [&] { return open(node.c_str(), O_RDWR | O_CLOEXEC); },
		.conclude = expect_works,
	});
}

TEST(read_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const ConnectedPort port;
	char text[6];
	const auto send = [&] {
		host::send(kPort, "abcdef");
		port.wait_for(POLLIN);
	};
	const auto expect_all = [&](long result) {
		if (result > 0)
			ASSERT_EQ(std::string_view(text, result),
				  std::string_view("abcdef").substr(0, result));
		expect_rest(port, "abcdef", result);
	};
	each_failure({
		.name = "read",
		.arrange = send,
		.call = [&] { return read(port.fd(), text, sizeof(text)); },
		.conclude = expect_all,
	});
	each_failure({
		.name = "readv",
		.arrange = send,
		.call =
			[&] {
				const iovec parts[] = {{text, 2}, {text + 2, 4}};
				return readv(port.fd(), parts, 2);
			},
		.conclude = expect_all,
	});

	std::optional<std::thread> host;
	each_failure({
		.name = "read that waits",
		.arrange =
			[&] {
				host.emplace([&, tid = gettid()] {
					ASSERT_EVENTUALLY(asleep_in(tid, SYS_read));
					host::send(kPort, "abcdef");
				});
			},
		.call = [&] { return read(port.fd(), text, sizeof(text)); },
		.conclude =
			[&](long result) {
				host->join();
				expect_all(result);
			},
	});
}

TEST(write_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const std::string data = pattern(kSeed, kLarge);
	FreshPort port;
	const auto fresh = [&] { port.open(); };
	const auto conclude = [&](long result) {
		expect_host_has(result);
		port.close();
	};
	each_failure({
		.name = "write of 5 bytes",
		.arrange = fresh,
		.call = [&] { return write(port.fd(), data.data(), 5); },
		.conclude = conclude,
	});
	each_failure({
		.name = "write of 100 kB",
		.arrange = fresh,
		.call = [&] { return write(port.fd(), data.data(), data.size()); },
		.conclude = conclude,
	});
	each_failure({
		.name = "writev",
		.arrange = fresh,
		.call =
			[&] {
				// Its vector has a const_cast in every program.
				char *const bytes = const_cast<char *>(data.data());
				const iovec parts[] = {{bytes, 5}, {bytes + 5, 10000}};
				return writev(port.fd(), parts, 2);
			},
		.conclude = conclude,
	});

	long taken = 0;
	each_failure({
		.name = "write, write and close",
		.arrange = fresh,
		.call =
			[&] {
				taken = write(port.fd(), data.data(), 5);
				if (taken > 0) {
					const long more =
						write(port.fd(), data.data() + taken, 1000);
					taken += std::max(more, 0L);
				}
				port.close();
				return taken;
			},
		.conclude = expect_host_has,
	});
}

TEST(a_write_that_waits_survives_each_failure, .topology = "faults", .deadline = 120,
     .debug = kDebugOnly)
{
	const std::string data = pattern(kSeed, kLarge);
	FreshPort port;
	std::optional<std::thread> host;
	each_failure({
		.name = "write that waits for the host",
		.arrange =
			[&] {
				port.open();
				host::disconnect(kPort);
				wait_host(kPort, HostState::Away);
				host.emplace([&, tid = gettid()] {
					ASSERT_EVENTUALLY(asleep_in(tid, SYS_write));
					host::connect(kPort);
				});
			},
		.call = [&] { return write(port.fd(), data.data(), data.size()); },
		.conclude =
			[&](long result) {
				host->join();
				expect_host_has(result);
				port.close();
			},
	});
}

TEST(poll_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const ConnectedPort port;
	// So many that poll() allocates, of which all but one are ignored.
	std::vector<pollfd> fds(200, {.fd = -1, .events = 0, .revents = 0});
	fds.back() = {.fd = port.fd(), .events = POLLIN | POLLOUT, .revents = 0};
	each_failure({
		.name = "poll",
		.call = [&] { return poll(fds.data(), fds.size(), 0); },
		.conclude =
			[&](long result) {
				if (result >= 0)
					ASSERT_EQ(fds.back().revents, POLLOUT);
			},
	});
	each_failure({
		.name = "select",
		.call =
			[&] {
				fd_set writable;
				FD_ZERO(&writable);
				FD_SET(port.fd(), &writable);
				timeval now = {};
				return select(port.fd() + 1, nullptr, &writable, nullptr, &now);
			},
		.conclude =
			[](long result) {
				if (result >= 0)
					ASSERT_EQ(result, 1);
			},
	});

	const UniqueFd epoll(ASSERT_CALL(epoll_create1(EPOLL_CLOEXEC)));
	epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data = {.u64 = 1}};
	each_failure({
		.name = "epoll_ctl",
		.call = [&] { return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, port.fd(), &event); },
		.conclude =
			[&](long result) {
				epoll_event got = {};
				if (result < 0)
					return;
				ASSERT_EQ(epoll_wait(epoll.get(), &got, 1, 0), 1);
				ASSERT_EQ(got.events, EPOLLOUT);
				ASSERT_CALL(
					epoll_ctl(epoll.get(), EPOLL_CTL_DEL, port.fd(), nullptr));
			},
	});
}

TEST(splice_survives_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const std::string data = pattern(kSeed, 10000);
	const UniqueFd file(ASSERT_CALL(memfd_create("data", MFD_CLOEXEC)));
	ASSERT_EQ(ASSERT_CALL(write(file.get(), data.data(), data.size())), data.size());
	FreshPort port;
	off_t offset = 0;
	each_failure({
		.name = "sendfile",
		.arrange =
			[&] {
				offset = 0;
				port.open();
			},
		.call = [&] { return sendfile(port.fd(), file.get(), &offset, data.size()); },
		.conclude =
			[&](long result) {
				expect_host_has(result);
				port.close();
			},
	});

	int ends[2];
	UniqueFd out, in;
	each_failure({
		.name = "splice",
		.arrange =
			[&] {
				port.open();
				ASSERT_CALL(pipe2(ends, O_CLOEXEC));
				out = UniqueFd(ends[0]);
				in = UniqueFd(ends[1]);
				ASSERT_EQ(ASSERT_CALL(write(in.get(), data.data(), data.size())),
					  data.size());
			},
		.call =
			[&] {
				return splice(out.get(), nullptr, port.fd(), nullptr, data.size(),
					      0);
			},
		.conclude =
			[&](long result) {
				expect_host_has(result);
				port.close();
				out.reset();
				in.reset();
			},
	});
}

TEST(fcntl_and_ioctl_survive_each_failure, .topology = "faults", .deadline = 120,
     .debug = kDebugOnly)
{
	const ConnectedPort port;
	const auto off = [&](long) { ASSERT_CALL(fcntl(port.fd(), F_SETFL, O_RDWR)); };
	each_failure({
		.name = "fcntl O_ASYNC",
		.call = [&] { return fcntl(port.fd(), F_SETFL, O_RDWR | O_ASYNC); },
		.conclude = off,
	});
	each_failure({
		.name = "ioctl FIOASYNC",
		.call =
			[&] {
				int on = 1;
				return ioctl(port.fd(), FIOASYNC, &on);
			},
		.conclude = off,
	});
	fsxattr attributes = {};
	each_failure({
		.name = "ioctl that a port has not",
		.call = [&] { return ioctl(port.fd(), FS_IOC_FSSETXATTR, &attributes); },
		.plain_error = ENOTTY,
	});
}

TEST(attributes_survive_each_failure, .topology = "faults", .deadline = 120, .debug = kDebugOnly)
{
	const Port port = find_port();
	for (const char *attribute : {"name", "host_connected"}) {
		const std::string path = port.syspath + "/" + attribute;
		char text[64];
		each_failure({
			.name = attribute,
			.call =
				[&] {
					const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
					if (!fd)
						return -1L;
					return read(fd.get(), text, sizeof(text));
				},
		});
	}
}

} // namespace gatehouse::test
