// SPDX-License-Identifier: GPL-2.0-or-later

#include "work.hpp"

#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>

#include "file.hpp"
#include "syscall.hpp"
#include "vser_device.h"

namespace gatehouse::stress {

namespace {

constexpr uint64_t kHandle = KCOV_SUBSYSTEM_COMMON | 1;
constexpr uint32_t kLongestMs = 1000;

Result<uint64_t> read_number(const std::string &path)
{
	return strtoull(TRY(read_file(path)).c_str(), nullptr, 0);
}

} // namespace

Result<std::unique_ptr<Work>> Work::watch(const std::string &module)
{
	const std::string folder = "/sys/module/" + module;
	vser_device_watch arg = {};
	arg.size = sizeof(arg);
	arg.begin = TRY(read_number(folder + "/sections/.text"));
	arg.end = arg.begin + TRY(read_number(folder + "/coresize"));
	arg.handle = kHandle;
	std::unique_ptr<Work> work(new Work(TRY(sys::open("/dev/vser-device", O_RDWR))));

	Result<void> made;
	work->thread_ = std::thread([&made, work = work.get()] {
		auto kcov = Kcov::create_remote(kHandle);
		if (kcov.ok())
			work->kcov_.emplace(kcov.take());
		else
			made = kcov.error();
		work->ready_.release();
		work->stop_.acquire();
	});
	work->ready_.acquire();
	TRY(made);
	if (ioctl(work->device_.get(), VSER_DEVICE_WATCH, &arg) < 0)
		return Error{errno, "VSER_DEVICE_WATCH"};
	return work;
}

Work::~Work()
{
	stop_.release();
	if (thread_.joinable())
		thread_.join();
}

void Work::settle() const
{
	vser_device_settle arg = {};
	arg.size = sizeof(arg);
	arg.timeout_ms = kLongestMs;
	while (ioctl(device_.get(), VSER_DEVICE_SETTLE, &arg) < 0 && errno == EINTR)
		;
}

} // namespace gatehouse::stress
