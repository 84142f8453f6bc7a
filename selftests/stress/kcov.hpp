// SPDX-License-Identifier: GPL-2.0-or-later
//
// The kernel's record of the code that one thread has run in it: KCOV. Only
// code built for it is in the record, which is our modules'; interrupts and
// work done for us by other tasks are not.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

// The record of the thread that made it, and is the only one to use it.
class Kcov
{
public:
	static Result<Kcov> create();
	Kcov(Kcov &&other) noexcept;
	Kcov &operator=(Kcov &&) = delete;
	~Kcov();

	// Forgets what came before.
	void clear() { __atomic_store_n(area_, 0, __ATOMIC_RELAXED); }

	// The addresses of the code reached since, in order; the rest of a call
	// that reached too many is lost.
	std::span<const uint64_t> reached() const
	{
		return {area_ + 1, __atomic_load_n(area_, __ATOMIC_RELAXED)};
	}

private:
	Kcov(UniqueFd fd, uint64_t *area);

	UniqueFd fd_;
	uint64_t *area_; // the number of addresses, then the addresses
};

} // namespace gatehouse::stress
