// SPDX-License-Identifier: GPL-2.0-or-later

#include "freezefd.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <vector>

#include "syscall.hpp"

namespace gatehouse {

namespace {

constexpr const char *kDevice = "/dev/" FREEZEFD_DEV_NAME;

// The Error of a set: of the filesystem that it failed for, if it was one.
Error about(Error error, std::span<const fs_freeze_target> rows,
	    std::span<const FreezeDevice::Target> targets)
{
	for (size_t i = 0; i < rows.size(); i++)
		if (rows[i].error)
			return Error{-rows[i].error, fmt::format("freeze '{}'", targets[i].path)};
	error.attempted =
		targets.size() == 1 ? fmt::format("freeze '{}'", targets[0].path) : "freeze";
	return error;
}

} // namespace

Result<void> FreezeFd::operate(unsigned long request, uint32_t timeout_ms, const char *what)
{
	fs_freeze_op op = {};

	op.size = sizeof(op);
	op.timeout_ms = timeout_ms;
	auto done = sys::ioctl(fd(), request, &op, what);
	if (!done.ok())
		return Error{done.error().code, what};
	return {};
}

Result<void> FreezeFd::freeze(uint32_t timeout_ms)
{
	return operate(FS_FREEZE_FD, timeout_ms, "freeze");
}

Result<void> FreezeFd::extend(uint32_t timeout_ms)
{
	return operate(FS_FREEZE_EXTEND_FD, timeout_ms, "extend the freeze");
}

Result<void> FreezeFd::thaw(uint32_t wait_ms)
{
	return operate(FS_THAW_FD, wait_ms, "thaw");
}

Result<fs_freeze_status> FreezeFd::status() const
{
	fs_freeze_status status = {};

	status.size = sizeof(status);
	TRY(sys::ioctl(fd(), FS_ISFROZEN_FD, &status, "freeze descriptor"));
	return status;
}

Result<FreezeDevice> FreezeDevice::open()
{
	auto fd = sys::open(kDevice, O_RDONLY);

	if (fd.failed_with(ENOENT) || fd.failed_with(ENXIO))
		return Error{0, fmt::format("{} is not there: load its module, 'modprobe freezefd'",
					    kDevice)};
	return FreezeDevice(TRY(std::move(fd)));
}

Result<FreezeFd> FreezeDevice::make_set(std::span<const Target> targets,
					const Options &options) const
{
	std::vector<UniqueFd> roots; // until the set has its own references
	std::vector<fs_freeze_target> rows;
	fs_freeze_getfd call = {};

	for (const Target &target : targets) {
		roots.push_back(TRY(sys::open(target.path, O_RDONLY | O_NONBLOCK)));
		rows.push_back({roots.back().get(), target.level,
				target.optional ? FS_FREEZE_TARGET_OPTIONAL : 0, 0});
	}
	call.size = sizeof(call);
	call.flags = options.flags;
	call.targets = reinterpret_cast<uintptr_t>(rows.data());
	call.nr_targets = static_cast<uint32_t>(rows.size());
	call.target_size = sizeof(rows[0]);
	call.timeout_ms = options.timeout_ms;
	call.cookie = options.cookie;
	auto made = sys::ioctl(fd_.get(), FIGETFREEZEFD, &call, kDevice);
	if (!made.ok())
		return about(made.take_error(), rows, targets);
	return FreezeFd(UniqueFd(made.value()));
}

Result<fs_freeze_info> FreezeDevice::info() const
{
	fs_freeze_info info = {};

	info.size = sizeof(info);
	TRY(sys::ioctl(fd_.get(), FREEZEFD_GET_INFO, &info, kDevice));
	return info;
}

Result<fs_freeze_query> FreezeDevice::query(int file, const std::string &path) const
{
	fs_freeze_query query = {};

	query.size = sizeof(query);
	query.fd = file;
	TRY(sys::ioctl(fd_.get(), FIISFROZEN, &query, path));
	return query;
}

Result<void> FreezeDevice::thaw_all(uint32_t wait_ms) const
{
	fs_freeze_op op = {};

	op.size = sizeof(op);
	op.timeout_ms = wait_ms;
	TRY(sys::ioctl(fd_.get(), FS_FREEZE_THAW_ALL, &op, kDevice));
	return {};
}

std::string lost_text(uint32_t lost)
{
	if (lost & FS_FREEZE_LOST_TIMEOUT)
		return "its deadline came";
	if (lost & FS_FREEZE_LOST_FORCED)
		return "all freezes were ended, by thaw-all or for a reboot";
	if (lost & FS_FREEZE_LOST_OWNER)
		return "the process that made it ended";
	return "somebody else has thawed";
}

} // namespace gatehouse
