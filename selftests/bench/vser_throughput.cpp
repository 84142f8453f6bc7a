// SPDX-License-Identifier: GPL-2.0-or-later
//
// vser_throughput NODE MEASURE...: the guest's end of the virtio-serial bench.
// Does the measures in order on one open port and prints a line for each: the
// seconds it took, by CLOCK_MONOTONIC, then kicks and interrupts (signals.hpp).
// The host (far_end.py) has the same list and acts its part. Each measure starts
// when both have said so by a byte:
//
//	write:SIZE:COUNT     COUNT writes; ends when the host says that it has
//	                     got the last byte, so nothing in a queue counts
//	read:SIZE:COUNT      asks for SIZE * COUNT bytes, reads them SIZE at most
//	                     at a time
//	pingpong:SIZE:COUNT  round trips; the median of one, not the sum
//	sink:SIZE:COUNT      COUNT writes to a host that never answers, such as
//	                     the null device; nothing is said before or after
//
// Blocking calls, no poll: what `cat` or an agent would do. Marks around each
// measure tell instructions.c where to count.

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "marks.hpp"
#include "result.hpp"
#include "signals.hpp"
#include "syscall.hpp"

namespace {

using namespace gatehouse;
using Clock = std::chrono::steady_clock; // CLOCK_MONOTONIC
using Seconds = std::chrono::duration<double>;

struct Measure {
	std::string kind;
	size_t size = 0;
	size_t count = 0;
};

Result<Measure> parse(const char *word)
{
	char kind[16];
	Measure measure;

	if (sscanf(word, "%15[a-z]:%zu:%zu", kind, &measure.size, &measure.count) != 3 ||
	    !measure.size || !measure.count)
		return Error{0, fmt::format("'{}' is not KIND:SIZE:COUNT", word)};
	measure.kind = kind;
	return measure;
}

// One open port, and the calls that move a whole message.
class Wire
{
public:
	Wire(int fd, std::string_view node) : fd_(fd), node_(node) {}

	Result<void> write_all(std::string_view data) const
	{
		while (!data.empty())
			data.remove_prefix(TRY(sys::write(fd_, data, node_)));
		return {};
	}

	// Reads total bytes through the buffer, one call after the other.
	Result<void> read_all(std::span<char> buffer, size_t total) const
	{
		while (total) {
			const size_t want = std::min(total, buffer.size());
			const size_t got = TRY(sys::read(fd_, buffer.first(want), node_));
			if (!got)
				return Error{0, fmt::format("{}: the host has left", node_)};
			total -= got;
		}
		return {};
	}

private:
	const int fd_;
	const std::string_view node_;
};

// Both ends begin together; nothing of an earlier measure is under way.
Result<void> start(const Wire &wire)
{
	char go;

	TRY(wire.write_all("?"));
	return wire.read_all({&go, 1}, 1);
}

double since(Clock::time_point begin)
{
	return Seconds(Clock::now() - begin).count();
}

Result<double> measure_sink(const Wire &wire, std::span<char> buffer, size_t count)
{
	const std::string_view data(buffer.data(), buffer.size());
	const auto begin = Clock::now();

	for (size_t i = 0; i < count; i++)
		TRY(wire.write_all(data));
	return since(begin);
}

Result<double> measure_write(const Wire &wire, std::span<char> buffer, size_t count)
{
	char acknowledgement;
	const auto begin = Clock::now();

	TRY(measure_sink(wire, buffer, count));
	TRY(wire.read_all({&acknowledgement, 1}, 1));
	return since(begin);
}

Result<double> measure_read(const Wire &wire, std::span<char> buffer, size_t count)
{
	const auto begin = Clock::now();

	TRY(wire.write_all("?"));
	TRY(wire.read_all(buffer, buffer.size() * count));
	return since(begin);
}

Result<double> measure_pingpong(const Wire &wire, std::span<char> buffer, size_t count)
{
	const std::string_view data(buffer.data(), buffer.size());
	std::vector<double> trips(count);

	for (double &trip : trips) {
		const auto begin = Clock::now();
		TRY(wire.write_all(data));
		TRY(wire.read_all(buffer, buffer.size()));
		trip = since(begin);
	}
	std::nth_element(trips.begin(), trips.begin() + count / 2, trips.end());
	return trips[count / 2];
}

struct Kind {
	std::string_view name;
	bool answered; // the host has a part in it
	Result<double> (*measure)(const Wire &wire, std::span<char> buffer, size_t count);
};
constexpr Kind kKinds[] = {
	{"write", true, measure_write},
	{"read", true, measure_read},
	{"pingpong", true, measure_pingpong},
	{"sink", false, measure_sink},
};

Result<double> take(const Wire &wire, const Measure &measure)
{
	const auto *kind = std::ranges::find(kKinds, measure.kind, &Kind::name);
	std::vector<char> buffer(measure.size, 'x');

	if (kind == std::end(kKinds))
		return Error{0, fmt::format("no measure is called '{}'", measure.kind)};
	if (kind->answered)
		TRY(start(wire));
	bench::mark_begin();
	auto seconds = kind->measure(wire, buffer, measure.count);
	bench::mark_end();
	return seconds;
}

Result<void> run(const char *node, std::span<char *> words)
{
	const UniqueFd fd = TRY(sys::open(node, O_RDWR));
	const Wire wire(fd.get(), node);

	for (const char *word : words) {
		const auto before = TRY(bench::count_signals(node));
		const double seconds = TRY(take(wire, TRY(parse(word))));
		const auto after = TRY(bench::count_signals(node));
		fmt::print("{:.9f} {} {}\n", seconds, after.kicks - before.kicks,
			   after.interrupts - before.interrupts);
	}
	return {};
}

} // namespace

int main(int argc, char **argv)
{
	if (argc < 3) {
		fmt::print(stderr, "vser_throughput: usage: NODE KIND:SIZE:COUNT...\n");
		return 2;
	}
	const auto done = run(argv[1], std::span(argv + 2, argv + argc));
	if (!done.ok()) {
		fmt::print(stderr, "vser_throughput: {}\n", done.error().message());
		return 1;
	}
	return 0;
}
