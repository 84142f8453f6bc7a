// SPDX-License-Identifier: GPL-2.0-or-later

#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gatehouse {

namespace {

constexpr size_t kBarWidth = 24;

double to_mib(uint64_t bytes)
{
	return static_cast<double>(bytes) / (1 << 20);
}

} // namespace

std::string progress_line(uint64_t done, std::optional<uint64_t> total,
			  std::chrono::duration<double> elapsed)
{
	const double rate = elapsed.count() > 0 ? to_mib(done) / elapsed.count() : 0;

	if (!total || !*total)
		return fmt::format("{:.1f} MiB, {:.1f} MiB/s", to_mib(done), rate);
	const uint64_t shown = std::min(done, *total);
	const double part = static_cast<double>(shown) / static_cast<double>(*total);
	const auto filled = static_cast<size_t>(part * kBarWidth);
	std::string line = fmt::format(
		"[{:#<{}}{:-<{}}] {:3.0f} %  {:.1f} of {:.1f} MiB, {:.1f} MiB/s", "", filled, "",
		kBarWidth - filled, std::floor(part * 100), to_mib(shown), to_mib(*total), rate);
	if (rate > 0 && shown < *total)
		line += fmt::format(", {:.0f} s left", std::ceil(to_mib(*total - shown) / rate));
	return line;
}

Progress::~Progress()
{
	if (!width_)
		return;
	print(Clock::now());
	fmt::print(stderr, "\n");
}

void Progress::add(uint64_t bytes)
{
	const auto now = Clock::now();

	done_ += bytes;
	if (shown_ == Shown::Yes && now - printed_ >= std::chrono::seconds(1))
		print(now);
}

void Progress::print(Clock::time_point now)
{
	const std::string line = progress_line(done_, total_, now - start_);

	// A shorter line must cover the one before.
	fmt::print(stderr, "\r{:<{}}", line, width_);
	width_ = line.size();
	printed_ = now;
}

} // namespace gatehouse
