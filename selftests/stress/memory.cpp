// SPDX-License-Identifier: GPL-2.0-or-later

#include "memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

namespace gatehouse::stress {

namespace {

constexpr size_t kPage = 4096;

// kMemorySize bytes, a hole, a page to read, a hole.
char *make()
{
	void *base = mmap(nullptr, kMemorySize + 3 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	char *begin = static_cast<char *>(base);
	if (base == MAP_FAILED || mprotect(begin, kMemorySize, PROT_READ | PROT_WRITE) < 0 ||
	    mprotect(begin + kMemorySize + kPage, kPage, PROT_READ) < 0)
		std::abort(); // as without memory anywhere
	return begin;
}

} // namespace

char *memory(uint64_t where, size_t length)
{
	static thread_local char *const begin = make();
	char *const end = begin + kMemorySize;
	const size_t size = std::min(length, kMemorySize);
	switch (where) {
	case AtEnd:
		return end - size;
	case Torn:
		return end - size / 2;
	case Untouched:
		madvise(begin, kMemorySize, MADV_DONTNEED);
		return begin;
	case ReadOnly:
		return end + kPage;
	case Null:
		return nullptr;
	case Kernels:
		return reinterpret_cast<char *>(0xffff888000001000);
	default:
		return begin;
	}
}

} // namespace gatehouse::stress
