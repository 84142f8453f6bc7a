// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl bench: what a port carries, as a program sees it. The host must send
// back all that it gets; with --sink it need only read. Calls don't block: a
// write that has to wait reads meanwhile, so that no two buffers fill up
// against each other.

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <span>
#include <vector>

#include "output.hpp"
#include "port_stream.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr size_t kSizes[] = {1, 64, 512, 4096, 65536};
constexpr double kSeconds = 1;	// for each measure
constexpr double kPatience = 5; // for a host that is said to be there
constexpr std::string_view kProbe = "portctl bench: send this back\n";

struct Row {
	size_t size;
	double mib_per_second;
	double writes_per_second;
	std::optional<double> median_us, p99_us; // of a round trip
};

class Bench
{
public:
	Bench(PortStream &port, Seconds duration) : port_(port), duration_(duration) {}

	// Does the host send back what it gets, and nothing else?
	Result<void> probe()
	{
		while (true) { // of an earlier run
			auto old = port_.read(buffer_);
			if (old.failed_with(EAGAIN))
				break;
			TRY(std::move(old));
		}
		auto returned = round_trip(kProbe);
		if (returned.failed_with(ETIMEDOUT))
			return Error{0, no_echo("nothing comes back")};
		TRY(std::move(returned));
		if (std::string_view(buffer_.data(), kProbe.size()) != kProbe)
			return Error{0, no_echo("something else comes back")};
		return {};
	}

	Result<Row> measure_echo(size_t size)
	{
		Row row = TRY(measure_stream(size, true));
		std::vector<double> trips;
		const std::string data(size, 'x');
		const auto end = Clock::now() + duration_;

		while (trips.empty() || Clock::now() < end) {
			const auto begin = Clock::now();
			TRY(round_trip(data));
			trips.push_back(Seconds(Clock::now() - begin).count() * 1e6);
		}
		std::sort(trips.begin(), trips.end());
		row.median_us = trips[trips.size() / 2];
		row.p99_us = trips[trips.size() * 99 / 100];
		return row;
	}

	Result<Row> measure_sink(size_t size) { return measure_stream(size, false); }

private:
	// Writes for the time given; then waits for the last byte to return, or
	// to be used by the device.
	Result<Row> measure_stream(size_t size, bool returns)
	{
		const std::string data(size, 'x');
		uint64_t writes = 0, owed = 0;
		const auto begin = Clock::now();

		while (!writes || Clock::now() < begin + duration_) {
			owed += TRY(write(data, returns));
			writes++;
		}
		while (returns && got_ < owed)
			TRY(read_or_wait());
		got_ = 0;
		if (!returns)
			TRY(port_.sync(std::nullopt));
		const double elapsed = Seconds(Clock::now() - begin).count();
		const double mib = static_cast<double>(owed) / (1 << 20);
		return Row{size, mib / elapsed, static_cast<double>(writes) / elapsed, {}, {}};
	}

	// All of it; what returns meanwhile is read.
	Result<size_t> write(std::string_view data, bool returns)
	{
		for (std::string_view rest = data; !rest.empty();) {
			auto written = port_.write(rest);
			if (!written.failed_with(EAGAIN))
				rest.remove_prefix(TRY(std::move(written)));
			else if (returns)
				TRY(read_or_wait());
			else
				TRY(port_.wait(kPatience));
		}
		return data.size();
	}

	Result<void> round_trip(std::string_view data)
	{
		TRY(write(data, true));
		while (got_ < data.size())
			TRY(read_or_wait());
		got_ = 0;
		return {};
	}

	// The buffer has the beginning of what has come since got_ was 0, as far
	// as that is in it.
	Result<void> read_or_wait()
	{
		const std::span<char> room(buffer_);
		auto got = port_.read(room.subspan(got_ < room.size() / 2 ? got_ : 0));

		if (got.failed_with(EAGAIN))
			return port_.wait(kPatience);
		const size_t n = TRY(std::move(got));
		if (!n)
			return Error{0, fmt::format("the host left '{}'", port_.label())};
		got_ += n;
		return {};
	}

	std::string no_echo(std::string_view what) const
	{
		return fmt::format("{} from '{}': on the host, 'socat UNIX-CONNECT:PATH EXEC:cat' "
				   "does that; --sink does without",
				   what, port_.label());
	}

	PortStream &port_;
	const Seconds duration_;
	std::vector<char> buffer_ = std::vector<char>(256 * 1024);
	uint64_t got_ = 0; // of what is owed
};

std::string cell(const std::optional<double> &value)
{
	return value ? fmt::format("{:.0f}", *value) : "";
}

output::Json json_value(const std::optional<double> &value)
{
	return value ? output::Json(*value) : output::Json(nullptr);
}

} // namespace

Result<void> bench(const cli::Args &args)
{
	const bool sink = args.flag("--sink");
	PortStream port = TRY(PortStream::open(args.words()[0], O_RDWR));
	Bench bench(port, Seconds(args.seconds("--seconds").value_or(kSeconds)));
	output::Table table({"SIZE", "MIB/S", "WRITES/S", "ROUND-TRIP-US", "P99-US"});
	output::Json array = output::Json::array();

	TRY(port.wait_for_host(kPatience));
	if (!sink)
		TRY(bench.probe());
	for (const size_t size : kSizes) {
		const Row row = TRY(sink ? bench.measure_sink(size) : bench.measure_echo(size));
		table.add({fmt::format("{}", row.size), fmt::format("{:.1f}", row.mib_per_second),
			   cell(row.writes_per_second), cell(row.median_us), cell(row.p99_us)});
		array.push_back({{"size", row.size},
				 {"mib_per_second", row.mib_per_second},
				 {"writes_per_second", row.writes_per_second},
				 {"round_trip_us", json_value(row.median_us)},
				 {"round_trip_p99_us", json_value(row.p99_us)}});
	}
	return args.flag("--json") ? output::json(array) : output::text(table.format());
}

} // namespace portctl
