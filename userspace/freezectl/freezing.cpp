// SPDX-License-Identifier: GPL-2.0-or-later

#include "freezing.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "duration.hpp"
#include "file.hpp"
#include "freeze_fdinfo.hpp"
#include "output.hpp"
#include "verbs.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

constexpr int kTellEachMs = 1000;

Result<uint32_t> timeout_of(const cli::Args &args, const fs_freeze_info &info)
{
	const auto word = args.text("--timeout");

	if (!word)
		return 0U;
	const auto ms = parse_duration(*word);
	if (!ms || *ms > info.timeout_max_ms)
		return cli::usage_error(
			fmt::format("--timeout '{}': a time from 1ms to {}ms, such as 3s or 500ms",
				    output::escape(*word), info.timeout_max_ms));
	return *ms;
}

// The guard, where there is something to guard against.
Result<uint32_t> flags_of(const cli::Args &args, const fs_freeze_info &info)
{
	constexpr uint32_t kFlags = FS_FREEZE_FD_OWNER | FS_FREEZE_FD_NONBLOCK;

	if (!args.flag("--guard") || (info.features & FS_FREEZE_FEAT_GUARD))
		return kFlags;
	if (!(info.flags_supported & FS_FREEZE_FD_GUARD))
		return Error{0, "--guard: the module has no guard for this kernel"};
	return kFlags | FS_FREEZE_FD_GUARD;
}

// What is written there would wait for the thaw, and we or the command with it.
Result<void> check_output(const FreezeDevice &device, const std::vector<Target> &targets)
{
	constexpr std::array<std::pair<int, const char *>, 2> kOutputs = {{
		{STDOUT_FILENO, "standard output"},
		{STDERR_FILENO, "standard error"},
	}};

	for (const auto &[fd, name] : kOutputs) {
		const auto query = device.query(fd, name);
		if (query.failed_with(EBADF))
			continue; // closed
		const fs_freeze_query &of = TRY(query);
		for (const Target &target : targets)
			if (makedev(of.dev_major, of.dev_minor) == target.mount.device)
				return Error{0,
					     fmt::format("{} is a file on '{}', which can't be "
							 "written to while it is frozen",
							 name, output::escape(target.mount.path))};
	}
	return {};
}

std::vector<FreezeDevice::Target> rows_of(const std::vector<Target> &targets)
{
	std::vector<FreezeDevice::Target> rows;

	for (const Target &target : targets)
		rows.push_back({target.mount.path, target.level});
	return rows;
}

} // namespace

Freezing::Freezing(EventLoop &loop, std::vector<Target> targets, FreezeFd set,
		   EventLoop::Registration changes, bool quiet)
	: loop_(loop), targets_(std::move(targets)), set_(std::move(set)),
	  changes_(std::move(changes)), quiet_(quiet)
{}

Result<Freezing> Freezing::create(EventLoop &loop, std::vector<Target> targets,
				  const cli::Args &args)
{
	const FreezeDevice device = TRY(FreezeDevice::open());
	const fs_freeze_info info = TRY(device.info());
	FreezeDevice::Options options;

	options.timeout_ms = TRY(timeout_of(args, info));
	options.flags = TRY(flags_of(args, info));
	TRY(check_output(device, targets));
	FreezeFd set = TRY(device.make_set(rows_of(targets), options));
	auto changes = TRY(loop.watch(set.fd(), EPOLLIN | EPOLLPRI | EPOLLET,
				      [](uint32_t) { return Result<void>(); }));
	return Freezing(loop, std::move(targets), std::move(set), std::move(changes),
			args.flag("--quiet"));
}

Result<void> Freezing::freeze()
{
	const auto start = Clock::now();

	auto started = set_.freeze();
	if (!started.ok())
		return why_failed(started.error().code);
	for (;;) {
		const fs_freeze_status status = TRY(set_.status());
		if (status.state == FS_FREEZE_FROZEN)
			return {};
		if (status.state == FS_FREEZE_THAWED)
			return why_failed(status.lost ? ETIMEDOUT : -status.error);
		if (!TRY(loop_.run_once(kTellEachMs)))
			tell_progress(status, start);
	}
}

// Of a set the kernel says only in fdinfo whose fault it was.
Error Freezing::why_failed(int code) const
{
	const auto text = read_file(fmt::format("/proc/self/fdinfo/{}", set_.fd()));
	const auto info = parse_freeze_fdinfo(text.ok() ? text.value() : "");
	std::string what = targets_.front().mount.path;

	if (info)
		for (const FreezeFdInfo::Target &row : info->targets)
			for (const Target &target : targets_)
				if (row.error && row.device == target.mount.device) {
					what = target.mount.path;
					code = -row.error;
				}
	return Error{code, fmt::format("freeze '{}'", output::escape(what))};
}

void Freezing::tell_progress(const fs_freeze_status &status, Clock::time_point start)
{
	using std::chrono::duration_cast;
	using std::chrono::seconds;

	if (!quiet_)
		fmt::print(stderr, "freezectl: {} of {} filesystems are frozen after {} s\n",
			   status.nr_frozen, status.nr_targets,
			   duration_cast<seconds>(Clock::now() - start).count());
}

Result<void> Freezing::check()
{
	if (lost_)
		return {};
	const fs_freeze_status status = TRY(set_.status());
	if (!status.lost)
		return {};
	lost_ = true;
	return cli::exit_error(kLost,
			       fmt::format("the freeze was lost: {}", lost_text(status.lost)));
}

Result<void> Freezing::thaw()
{
	const auto start = Clock::now();

	if (lost_)
		return cli::exit_error(kLost, "");
	// It may be lost meanwhile: then this fails, and check() knows why.
	auto asked = set_.thaw();
	TRY(check());
	TRY(std::move(asked));
	for (;;) {
		const fs_freeze_status status = TRY(set_.status());
		if (status.state == FS_FREEZE_THAWED)
			return check();
		if (!TRY(loop_.run_once(kTellEachMs)))
			tell_progress(status, start);
	}
}

} // namespace freezectl
