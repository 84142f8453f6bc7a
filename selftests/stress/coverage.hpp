// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which code of our modules has been reached. Only they are built for KCOV, the
// kernel's record of the code that a thread has run in it. Interrupts are not in
// it, and work done for us by other tasks only where somebody says so (work.hpp).

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <span>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

// A record. It stays mapped until the process ends. A thread that makes one has
// no other.
class Kcov
{
public:
	// Of the calling thread, which is the only one to use it.
	static Result<Kcov> create();

	// Of what other tasks run for this handle, as long as the calling thread
	// lives.
	static Result<Kcov> create_remote(uint64_t handle);

	// Forgets what came before.
	void clear() const { count().store(0, std::memory_order_relaxed); }

	// The addresses of the code reached since, in order; the rest of a call
	// that reached too many is lost.
	std::span<const uint64_t> reached() const { return {area_ + 1, count().load()}; }

private:
	static Result<Kcov> map();
	Kcov(UniqueFd fd, uint64_t *area) : fd_(std::move(fd)), area_(area) {}

	std::atomic_ref<uint64_t> count() const { return std::atomic_ref(*area_); }

	UniqueFd fd_;
	uint64_t *area_; // the number of addresses, then the addresses
};

// The edges that anybody has reached so far: steps from one point of the code to
// the next. A call that makes a step that none has made before is worth keeping.
// Two edges that share a hash count as one: there are some thousands of them,
// and room for many more. Any thread may use it.
class Edges
{
public:
	// The points that one call has reached, in order. Was any edge new?
	bool add(std::span<const uint64_t> points);

	size_t count() const { return count_; }

	// All points so far.
	std::set<uint64_t> points() const;

private:
	std::array<std::atomic<bool>, 1 << 20> seen_ = {};
	std::atomic<size_t> count_ = 0;
	mutable std::mutex lock_;   // protects points_
	std::set<uint64_t> points_; // ends of edges
};

} // namespace gatehouse::stress
