// SPDX-License-Identifier: GPL-2.0-or-later
//
// How far a transfer is, on stderr: a bar where the end is known.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gatehouse {

// "[######------]  50 %  8.0 of 16.0 MiB, 1.3 MiB/s, 6 s left"; without a total
// "8.0 MiB, 1.3 MiB/s". More than the total, of a file that grows, is 100 %.
std::string progress_line(uint64_t done, std::optional<uint64_t> total,
			  std::chrono::duration<double> elapsed);

// Tells once a second at most, and only of what takes that long. The last line
// stays, with how far it got.
class Progress
{
public:
	enum class Shown { No, Yes };

	Progress(Shown shown, std::optional<uint64_t> total) : shown_(shown), total_(total) {}
	~Progress();
	Progress(const Progress &) = delete;

	void add(uint64_t bytes);
	uint64_t done() const { return done_; }

private:
	using Clock = std::chrono::steady_clock;

	void print(Clock::time_point now);

	const Shown shown_;
	const std::optional<uint64_t> total_;
	const Clock::time_point start_ = Clock::now();
	Clock::time_point printed_ = start_;
	size_t width_ = 0; // of the line on the terminal; 0: none yet
	uint64_t done_ = 0;
};

} // namespace gatehouse
