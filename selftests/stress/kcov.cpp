// SPDX-License-Identifier: GPL-2.0-or-later

#include "kcov.hpp"

#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "syscall.hpp"

namespace gatehouse::stress {

namespace {

constexpr size_t kWords = 1 << 16;
constexpr const char *kPath = "/sys/kernel/debug/kcov";

} // namespace

Result<Kcov> Kcov::create()
{
	UniqueFd fd = TRY(sys::open(kPath, O_RDWR));
	if (ioctl(fd.get(), KCOV_INIT_TRACE, kWords) < 0)
		return Error{errno, "KCOV_INIT_TRACE"};
	void *area = mmap(nullptr, kWords * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED,
			  fd.get(), 0);
	if (area == MAP_FAILED)
		return Error{errno, "mmap of kcov"};
	Kcov kcov(std::move(fd), static_cast<uint64_t *>(area));
	if (ioctl(kcov.fd_.get(), KCOV_ENABLE, KCOV_TRACE_PC) < 0)
		return Error{errno, "KCOV_ENABLE"};
	return kcov;
}

Kcov::Kcov(UniqueFd fd, uint64_t *area) : fd_(std::move(fd)), area_(area)
{}

Kcov::Kcov(Kcov &&other) noexcept
	: fd_(std::move(other.fd_)), area_(std::exchange(other.area_, nullptr))
{}

Kcov::~Kcov()
{
	if (!area_)
		return;
	ioctl(fd_.get(), KCOV_DISABLE, 0);
	munmap(area_, kWords * sizeof(uint64_t));
}

} // namespace gatehouse::stress
