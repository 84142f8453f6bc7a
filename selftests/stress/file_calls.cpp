// SPDX-License-Identifier: GPL-2.0-or-later

#include "file_calls.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "execute.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

namespace {

using Kind = Argument::Kind;

Argument choice(std::string_view name, std::vector<uint64_t> values)
{
	return {name, Kind::Choice, std::move(values)};
}

Argument number(std::string_view name, std::vector<uint64_t> values)
{
	return {name, Kind::Number, std::move(values)};
}

Argument flags(std::string_view name, std::vector<uint64_t> values)
{
	return {name, Kind::Flags, std::move(values)};
}

// Around a page, the buffers of drivers, and the size of our memory.
const Argument kLength =
	number("length", {0, 1, 1, 2, 7, 64, 64, 100, 511, 4095, 4096, 4097, 32768, 32769, ~0ul});
const Argument kMemory = choice("memory", {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6});
const Argument kOffset = number("offset", {0, 0, 1, 4096, ~0ul, 1ul << 31, 1ul << 62});
const Argument kCount = number("count", {0, 1, 2, 2, 3, 7, 8, 8, 1024, 1025, ~0ul});
const Argument kRwFlags = flags("flags", {0, RWF_NOWAIT, RWF_HIPRI, RWF_DSYNC, RWF_APPEND});
const Argument kEvents =
	flags("events", {0, POLLIN, POLLOUT, POLLIN | POLLOUT, POLLRDHUP, POLLPRI});
const Argument kTimeout = choice("timeout", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, ~0ul});
const Argument kOpenFlags =
	flags("flags", {O_RDWR | O_NONBLOCK, O_RDWR | O_NONBLOCK, O_RDONLY | O_NONBLOCK,
			O_WRONLY | O_NONBLOCK, O_RDWR, O_PATH, O_APPEND, O_DIRECT, O_ASYNC, O_TRUNC,
			O_NOFOLLOW, O_DIRECTORY});
const Argument kStatusFlags = flags(
	"flags", {0, O_NONBLOCK, O_NONBLOCK, O_NONBLOCK | O_ASYNC, O_ASYNC, O_APPEND, O_DIRECT});
const Argument kRequest = number("request", {FIONREAD, FIONBIO, FIOASYNC, FIOCLEX, FIOQSIZE, TCGETS,
					     TIOCGWINSZ, 0, ~0ul, _IO('g', 0), _IOWR('g', 1, int)});

// The files that calls are made on, and the slots that get another, or none:
// seldom those that most calls use.
const Argument kSlot = choice("fd", {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3});
const Argument kTarget = choice("to", {0, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3});
const Argument kSpliceFlags = flags("flags", {0, SPLICE_F_NONBLOCK, SPLICE_F_MOVE, SPLICE_F_MORE});
const Argument kProcess = choice("process", {0, 1});
const Argument kSignal = choice("signal", {0, SIGURG, SIGALRM});
const Argument kMapFlags = choice("flags", {MAP_SHARED, MAP_PRIVATE});
const Argument kWhence = choice("whence", {SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA});

// Pieces of this length, as many as there may be; the last one lies where it was
// asked for, the others in good memory. More than there are is an error's test.
class Pieces
{
public:
	Pieces(const Context &context, uint64_t length, uint64_t where, uint64_t count)
		: first_(count <= parts_.size() ? parts_.size() - count : 0)
	{
		parts_.fill({context.memory.place(Memory::Good, length), length});
		parts_.back().iov_base = context.memory.place(where, length);
	}

	const iovec *data() const { return parts_.data() + first_; }

private:
	std::array<iovec, 8> parts_;
	size_t first_;
};

// The pipe of a thread's splices: empty at first.
struct Pipe {
	UniqueFd out, in;

	Pipe()
	{
		int ends[2];
		if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
			return;
		out = UniqueFd(ends[0]);
		in = UniqueFd(ends[1]);
	}
};

const Pipe &empty_pipe(const Context &context)
{
	static thread_local const Pipe pipe;
	char *buffer = context.memory.place(Memory::Good, Memory::kSize);
	while (read(pipe.out.get(), buffer, Memory::kSize) > 0)
		;
	return pipe;
}

// What a call returns is of no interest, only that it does.

void do_close(Context &c, const Arguments &a)
{
	c.slots.put(a[0], -1);
}

void do_dup(Context &c, const Arguments &a)
{
	c.slots.put(a[1], fcntl(c.fd(a[0]), F_DUPFD_CLOEXEC, 0));
}

void do_read(Context &c, const Arguments &a)
{
	(void)!read(c.fd(a[0]), c.memory.place(a[2], a[1]), a[1]);
}

void do_write(Context &c, const Arguments &a)
{
	(void)!write(c.fd(a[0]), c.memory.place(a[2], a[1]), a[1]);
}

void do_readv(Context &c, const Arguments &a)
{
	const Pieces pieces(c, a[1], a[2], a[3]);
	preadv2(c.fd(a[0]), pieces.data(), a[3], a[4], a[5]);
}

void do_writev(Context &c, const Arguments &a)
{
	const Pieces pieces(c, a[1], a[2], a[3]);
	pwritev2(c.fd(a[0]), pieces.data(), a[3], a[4], a[5]);
}

void do_splice_to(Context &c, const Arguments &a)
{
	const Pipe &pipe = empty_pipe(c);
	const iovec part = {c.memory.place(Memory::Good, 0),
			    std::min<uint64_t>(a[1], Memory::kSize)};
	if (vmsplice(pipe.in.get(), &part, 1, 0) >= 0)
		splice(pipe.out.get(), nullptr, c.fd(a[0]), nullptr, a[1], a[2]);
}

void do_splice_from(Context &c, const Arguments &a)
{
	const Pipe &pipe = empty_pipe(c);
	splice(c.fd(a[0]), nullptr, pipe.in.get(), nullptr, a[1], a[2]);
}

void do_sendfile(Context &c, const Arguments &a)
{
	static const UniqueFd file = [] {
		UniqueFd fd(memfd_create("stress", MFD_CLOEXEC));
		(void)!ftruncate(fd.get(), Memory::kSize); // an empty one is good, too
		return fd;
	}();
	off_t offset = a[2];
	sendfile(c.fd(a[0]), file.get(), &offset, a[1]);
}

void do_poll(Context &c, const Arguments &a)
{
	pollfd one = {.fd = c.fd(a[0]), .events = static_cast<short>(a[1]), .revents = 0};
	poll(&one, 1, a[2]);
}

void do_epoll(Context &c, const Arguments &a)
{
	const UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
	epoll_event event = {.events = static_cast<uint32_t>(a[1]), .data = {}};
	epoll_ctl(epoll.get(), EPOLL_CTL_ADD, c.fd(a[0]), &event);
	epoll_wait(epoll.get(), &event, 1, a[2]);
}

void do_setfl(Context &c, const Arguments &a)
{
	c.slots.note_flags();
	fcntl(c.fd(a[0]), F_SETFL, a[1]);
}

void do_setown(Context &c, const Arguments &a)
{
	c.slots.note_flags();
	fcntl(c.fd(a[0]), F_SETOWN, a[1] ? getpid() : 0);
}

void do_setsig(Context &c, const Arguments &a)
{
	c.slots.note_flags();
	fcntl(c.fd(a[0]), F_SETSIG, a[1]);
}

void do_ioctl(Context &c, const Arguments &a)
{
	if (a[1] == FIONBIO || a[1] == FIOASYNC)
		c.slots.note_flags();
	ioctl(c.fd(a[0]), a[1], c.memory.place(a[2], 64));
}

void do_mmap(Context &c, const Arguments &a)
{
	void *at = mmap(nullptr, a[1], PROT_READ | PROT_WRITE, a[2], c.fd(a[0]), a[3]);
	if (at != MAP_FAILED)
		munmap(at, a[1]);
}

void do_lseek(Context &c, const Arguments &a)
{
	lseek(c.fd(a[0]), a[1], a[2]);
}

void do_fsync(Context &c, const Arguments &a)
{
	fsync(c.fd(a[0]));
}

Row open_row(const std::vector<std::string> &nodes)
{
	Argument node = choice("node", {});
	for (size_t i = 0; i < nodes.size(); i++)
		node.values.push_back(i);
	const auto run = [nodes](Context &c, const Arguments &a) {
		const int how = a[1] & ~uint64_t{O_CREAT | O_TMPFILE};
		const std::string &path = nodes[a[0] % nodes.size()];
		c.slots.put(a[2], open(path.c_str(), how | O_CLOEXEC));
	};
	return {"open", 2, {node, kOpenFlags, kTarget}, run};
}

} // namespace

std::vector<Row> file_calls(const std::vector<std::string> &nodes)
{
	return {
		open_row(nodes),
		{"close", 2, {kTarget}, do_close},
		{"dup", 2, {kSlot, kTarget}, do_dup},
		{"read", 24, {kSlot, kLength, kMemory}, do_read},
		{"write", 24, {kSlot, kLength, kMemory}, do_write},
		{"readv", 6, {kSlot, kLength, kMemory, kCount, kOffset, kRwFlags}, do_readv},
		{"writev", 6, {kSlot, kLength, kMemory, kCount, kOffset, kRwFlags}, do_writev},
		{"splice_to", 3, {kSlot, kLength, kSpliceFlags}, do_splice_to},
		{"splice_from", 3, {kSlot, kLength, kSpliceFlags}, do_splice_from},
		{"sendfile", 3, {kSlot, kLength, kOffset}, do_sendfile},
		{"poll", 8, {kSlot, kEvents, kTimeout}, do_poll},
		{"epoll", 2, {kSlot, kEvents, kTimeout}, do_epoll},
		{"setfl", 2, {kSlot, kStatusFlags}, do_setfl},
		{"setown", 1, {kSlot, kProcess}, do_setown},
		{"setsig", 1, {kSlot, kSignal}, do_setsig},
		{"ioctl", 3, {kSlot, kRequest, kMemory}, do_ioctl},
		{"mmap", 1, {kSlot, kLength, kMapFlags, kOffset}, do_mmap},
		{"lseek", 1, {kSlot, kOffset, kWhence}, do_lseek},
		{"fsync", 1, {kSlot}, do_fsync},
	};
}

} // namespace gatehouse::stress
