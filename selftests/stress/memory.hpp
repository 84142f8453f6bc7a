// SPDX-License-Identifier: GPL-2.0-or-later
//
// Memory that calls are given: good, and bad in each way that a kernel meets.
// Each thread has its own, until the process ends.

#pragma once

#include <cstddef>
#include <cstdint>

namespace gatehouse::stress {

// What the number in a program's text says.
enum Place : uint64_t {
	Good,	   // up to kMemorySize bytes, at the begin of a page
	AtEnd,	   // the last byte is the last before a hole
	Torn,	   // the second half is in a hole
	Untouched, // no page is there yet; the first access makes it
	ReadOnly,  // a page
	Null,
	Kernels, // an address of the kernel's
};

constexpr size_t kMemorySize = 1 << 16;

char *memory(uint64_t where, size_t length);

} // namespace gatehouse::stress
