// SPDX-License-Identifier: GPL-2.0-or-later
//
// Memory that calls are given: good, and bad in each way that a kernel meets.

#pragma once

#include <cstddef>
#include <cstdint>

#include "result.hpp"

namespace gatehouse::stress {

// Used by one thread.
class Memory
{
public:
	// What the number in a program's text says.
	enum Place : uint64_t {
		Good,	   // up to kSize bytes, at the begin of a page
		AtEnd,	   // the last byte is the last before a hole
		Torn,	   // the second half is in a hole
		Untouched, // no page is there yet; the first access makes it
		ReadOnly,  // a page
		Null,
		Kernels, // an address of the kernel's
	};
	static constexpr size_t kSize = 1 << 16;

	static Result<Memory> create();
	Memory(Memory &&other) noexcept;
	Memory &operator=(Memory &&) = delete;
	~Memory();

	char *place(uint64_t where, size_t length);

private:
	explicit Memory(char *base) : base_(base) {}

	char *base_; // kSize bytes, a hole, a page to read, a hole
};

} // namespace gatehouse::stress
