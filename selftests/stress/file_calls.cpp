// SPDX-License-Identifier: GPL-2.0-or-later

#include "file_calls.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "file.hpp"
#include "memory.hpp"
#include "slots.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

namespace {

using Kind = Argument::Kind;

// Around a page, the buffers of drivers, and the size of our memory.
const Argument kLength = {"length",
			  Kind::Number,
			  {0, 1, 1, 2, 7, 64, 64, 100, 511, 4095, 4096, 4097, 32768, 32769, ~0ul}};
const Argument kMemory = {"memory", Kind::Choice, {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6}};
const Argument kOffset = {"offset", Kind::Number, {0, 0, 1, 4096, ~0ul, 1ul << 31, 1ul << 62}};
const Argument kRwFlags = {"flags", Kind::Flags, {0, RWF_NOWAIT, RWF_HIPRI, RWF_DSYNC, RWF_APPEND}};
const Argument kEvents = {
	"events", Kind::Flags, {0, POLLIN, POLLOUT, POLLIN | POLLOUT, POLLRDHUP, POLLPRI}};
const Argument kTimeout = {"timeout", Kind::Choice, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, ~0ul}};
const Argument kOpenFlags = {"flags",
			     Kind::Flags,
			     {O_RDWR | O_NONBLOCK, O_RDWR | O_NONBLOCK, O_RDONLY | O_NONBLOCK,
			      O_WRONLY | O_NONBLOCK, O_RDWR, O_PATH, O_APPEND, O_DIRECT, O_ASYNC,
			      O_TRUNC, O_NOFOLLOW, O_DIRECTORY}};
const Argument kStatusFlags = {
	"flags",
	Kind::Flags,
	{0, O_NONBLOCK, O_NONBLOCK, O_NONBLOCK | O_ASYNC, O_ASYNC, O_APPEND, O_DIRECT}};
const Argument kRequest = {"request",
			   Kind::Number,
			   {FIONREAD, FIONBIO, FIOASYNC, FIOCLEX, FIOQSIZE, TCGETS, TIOCGWINSZ, 0,
			    ~0ul, _IO('g', 0), _IOWR('g', 1, int)}};
const Argument kSpliceFlags = {
	"flags", Kind::Flags, {0, SPLICE_F_NONBLOCK, SPLICE_F_MOVE, SPLICE_F_MORE}};
const Argument kFail = {"fail", Kind::Choice, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

// The files that calls are made on, and the slots that get another, or none:
// seldom those that most calls use.
const Argument kSlot = {"fd", Kind::Choice, {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3}};
const Argument kTarget = {"to", Kind::Choice, {0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}};

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

const Pipe &empty_pipe()
{
	static thread_local const Pipe pipe;
	while (read(pipe.out.get(), memory(Good, kMemorySize), kMemorySize) > 0)
		;
	return pipe;
}

// Tasks that are marked by make-it-fail do not get each allocation they ask for.
bool set_up_failures()
{
	constexpr std::pair<const char *, const char *> kSwitches[] = {
		{"verbose", "0"},	 {"task-filter", "Y"},	{"ignore-gfp-wait", "N"},
		{"times", "1000000000"}, {"probability", "30"},
	};
	bool done = write_file("/sys/kernel/debug/fail_page_alloc/min-order", "0").ok();
	for (const std::string kind : {"failslab", "fail_page_alloc"})
		for (const auto &[file, value] : kSwitches)
			done &= write_file("/sys/kernel/debug/" + kind + "/" + file, value).ok();
	return done;
}

void mark_thread(bool fails)
{
	static const bool can_fail = set_up_failures();
	static thread_local const UniqueFd fd(
		open("/proc/thread-self/make-it-fail", O_WRONLY | O_CLOEXEC));
	if (can_fail)
		(void)!pwrite(fd.get(), fails ? "1" : "0", 1, 0);
}

// A row of file_calls(), whose function takes the arguments one by one.
template <size_t N, typename Run>
Row row(std::string_view name, unsigned weight, const Argument (&arguments)[N], Run run)
{
	const auto apply = [run]<size_t... I>(Slots & files, const Arguments &a,
					      std::index_sequence<I...>)
	{
		run(files, a[I]...);
	};
	const auto run_all = [apply](Slots &files, const Arguments &a) {
		// What calls work with is made before anything fails.
		static thread_local const bool ready = memory(Good, 0) && empty_pipe().out;
		if (a[N] && ready)
			mark_thread(true);
		apply(files, a, std::make_index_sequence<N>());
		if (a[N])
			mark_thread(false);
	};
	Row made = {name, weight, {}, run_all};
	std::ranges::copy(arguments, std::back_inserter(made.arguments));
	made.arguments.push_back(kFail);
	return made;
}

// Good memory, then what was asked for.
std::array<iovec, 2> two_parts(uint64_t length, uint64_t where)
{
	return {iovec{memory(Good, length), length}, iovec{memory(where, length), length}};
}

} // namespace

// What a call returns is of no interest, only that it does.
std::vector<Row> file_calls(const std::vector<std::string> &nodes)
{
	Argument node = {"node", Kind::Choice, {}};
	for (size_t i = 0; i < nodes.size(); i++)
		node.values.push_back(i);
	return {
		row("open", 2, {node, kOpenFlags, kTarget},
		    [nodes](Slots &files, auto node, auto flags, auto to) {
			    const std::string &path = nodes[node % nodes.size()];
			    const int how = flags & ~uint64_t{O_CREAT | O_TMPFILE};
			    files.put(to, open(path.c_str(), how | O_CLOEXEC));
		    }),
		row("close", 2, {kTarget}, [](Slots &files, auto to) { files.put(to, -1); }),
		row("dup", 2, {kSlot, kTarget},
		    [](Slots &files, auto fd, auto to) {
			    files.put(to, fcntl(files.get(fd), F_DUPFD_CLOEXEC, 0));
		    }),
		row("read", 24, {kSlot, kLength, kMemory},
		    [](Slots &files, auto fd, auto length, auto where) {
			    (void)!read(files.get(fd), memory(where, length), length);
		    }),
		row("write", 24, {kSlot, kLength, kMemory},
		    [](Slots &files, auto fd, auto length, auto where) {
			    (void)!write(files.get(fd), memory(where, length), length);
		    }),
		row("readv", 6, {kSlot, kLength, kMemory, kOffset, kRwFlags},
		    [](Slots &files, auto fd, auto length, auto where, auto offset, auto flags) {
			    const auto parts = two_parts(length, where);
			    preadv2(files.get(fd), parts.data(), parts.size(), offset, flags);
		    }),
		row("writev", 6, {kSlot, kLength, kMemory, kOffset, kRwFlags},
		    [](Slots &files, auto fd, auto length, auto where, auto offset, auto flags) {
			    const auto parts = two_parts(length, where);
			    pwritev2(files.get(fd), parts.data(), parts.size(), offset, flags);
		    }),
		row("splice_to", 5, {kSlot, kLength, kSpliceFlags},
		    [](Slots &files, auto fd, auto length, auto flags) {
			    const Pipe &pipe = empty_pipe();
			    const iovec part = {memory(Good, 0), std::min(length, kMemorySize)};
			    if (vmsplice(pipe.in.get(), &part, 1, 0) >= 0)
				    splice(pipe.out.get(), nullptr, files.get(fd), nullptr, length,
					   flags);
		    }),
		row("splice_from", 5, {kSlot, kLength, kSpliceFlags},
		    [](Slots &files, auto fd, auto length, auto flags) {
			    splice(files.get(fd), nullptr, empty_pipe().in.get(), nullptr, length,
				   flags);
		    }),
		row("poll", 8, {kSlot, kEvents, kTimeout},
		    [](Slots &files, auto fd, auto events, auto timeout) {
			    pollfd one = {files.get(fd), static_cast<short>(events), 0};
			    poll(&one, 1, timeout);
		    }),
		row("fsync", 1, {kSlot}, [](Slots &files, auto fd) { fsync(files.get(fd)); }),
		row("setfl", 3, {kSlot, kStatusFlags},
		    [](Slots &files, auto fd, auto flags) {
			    fcntl(files.get(fd), F_SETFL, flags);
		    }),
		row("ioctl", 3, {kSlot, kRequest, kMemory},
		    [](Slots &files, auto fd, auto request, auto where) {
			    ioctl(files.get(fd), request, memory(where, 64));
		    }),
		row("mmap", 1, {kSlot, kLength, kOffset},
		    [](Slots &files, auto fd, auto length, auto offset) {
			    void *at = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED,
					    files.get(fd), offset);
			    if (at != MAP_FAILED)
				    munmap(at, length);
		    }),
	};
}

} // namespace gatehouse::stress
