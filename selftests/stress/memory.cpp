// SPDX-License-Identifier: GPL-2.0-or-later

#include "memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace gatehouse::stress {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kAll = Memory::kSize + 3 * kPage;

} // namespace

Result<Memory> Memory::create()
{
	void *base = mmap(nullptr, kAll, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return Error{errno, "mmap"};
	Memory memory(static_cast<char *>(base));
	if (mprotect(base, kSize, PROT_READ | PROT_WRITE) < 0 ||
	    mprotect(memory.base_ + kSize + kPage, kPage, PROT_READ) < 0)
		return Error{errno, "mprotect"};
	return memory;
}

Memory::Memory(Memory &&other) noexcept : base_(std::exchange(other.base_, nullptr))
{}

Memory::~Memory()
{
	if (base_)
		munmap(base_, kAll);
}

char *Memory::place(uint64_t where, size_t length)
{
	char *end = base_ + kSize;
	const size_t size = std::min(length, kSize);
	switch (where) {
	case AtEnd:
		return end - size;
	case Torn:
		return end - size / 2;
	case Untouched:
		madvise(base_, kSize, MADV_DONTNEED);
		return base_;
	case ReadOnly:
		return end + kPage;
	case Null:
		return nullptr;
	case Kernels:
		return reinterpret_cast<char *>(0xffff888000001000);
	default:
		return base_;
	}
}

} // namespace gatehouse::stress
