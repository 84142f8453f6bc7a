// SPDX-License-Identifier: GPL-2.0-or-later

#include "coverage.hpp"

#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>

#include "syscall.hpp"

namespace gatehouse::stress {

namespace {

constexpr size_t kWords = 1 << 16;

} // namespace

Result<Kcov> Kcov::map()
{
	UniqueFd fd = TRY(sys::open("/sys/kernel/debug/kcov", O_RDWR));
	if (ioctl(fd.get(), KCOV_INIT_TRACE, kWords) < 0)
		return Error{errno, "KCOV_INIT_TRACE"};
	void *area = mmap(nullptr, kWords * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED,
			  fd.get(), 0);
	if (area == MAP_FAILED)
		return Error{errno, "mmap of kcov"};
	return Kcov(std::move(fd), static_cast<uint64_t *>(area));
}

Result<Kcov> Kcov::create()
{
	Kcov kcov = TRY(map());
	if (ioctl(kcov.fd_.get(), KCOV_ENABLE, KCOV_TRACE_PC) < 0)
		return Error{errno, "KCOV_ENABLE"};
	return kcov;
}

Result<Kcov> Kcov::create_remote(uint64_t handle)
{
	Kcov kcov = TRY(map());
	kcov_remote_arg arg = {};
	arg.trace_mode = KCOV_TRACE_PC;
	arg.area_size = kWords;
	arg.common_handle = handle;
	if (ioctl(kcov.fd_.get(), KCOV_REMOTE_ENABLE, &arg) < 0)
		return Error{errno, "KCOV_REMOTE_ENABLE"};
	return kcov;
}

bool Edges::add(std::span<const uint64_t> points)
{
	bool fresh = false;
	uint32_t before = 0;
	for (const uint64_t point : points) {
		const uint32_t here = point;
		auto &seen = seen_[(before * 0x9e3779b1 ^ here) % seen_.size()];
		// Most are set already, and stay unwritten.
		if (!seen.load(std::memory_order_relaxed) && !seen.exchange(true)) {
			count_++;
			fresh = true;
			const std::lock_guard guard(lock_);
			points_.insert(point);
		}
		before = here;
	}
	return fresh;
}

std::set<uint64_t> Edges::points() const
{
	const std::lock_guard guard(lock_);
	return points_;
}

} // namespace gatehouse::stress
