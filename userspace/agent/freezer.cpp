// SPDX-License-Identifier: GPL-2.0-or-later

#include "freezer.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "daemon.hpp"
#include "freeze_targets.hpp"

namespace agent {

using namespace gatehouse;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFreezePatience = 10s, kThawPatience = 2s;

// The guard, where there is something to guard against.
uint32_t flags_of(const fs_freeze_info &info)
{
	const bool needs_guard = !(info.features & FS_FREEZE_FEAT_GUARD);

	return FS_FREEZE_FD_OWNER | FS_FREEZE_FD_NONBLOCK |
	       (needs_guard ? info.flags_supported & FS_FREEZE_FD_GUARD : 0);
}

} // namespace

bool Freezer::is_possible() const
{
	return access("/dev/" FREEZEFD_DEV_NAME, F_OK) == 0;
}

bool Freezer::is_frozen()
{
	look();
	return frozen_ != 0;
}

std::string Freezer::why_lost(uint32_t lost) const
{
	if (lost & FS_FREEZE_LOST_TIMEOUT)
		return fmt::format("fsfreeze was limited to {} seconds and has expired",
				   std::chrono::ceil<std::chrono::seconds>(deadline_).count());
	return fmt::format("fsfreeze was lost: {}", lost_text(lost));
}

// Finds out what has become of the set.
void Freezer::look()
{
	if (!set_)
		return;
	const auto status = set_->status();
	if (!status.ok())
		return; // of an open descriptor there is always one
	if (frozen_ && status.value().lost) {
		frozen_ = 0;
		lost_ = why_lost(status.value().lost);
		log_.warning(lost_);
	}
	if (status.value().state != FS_FREEZE_THAWED)
		return;
	set_.reset();
	next_beat_ = EventLoop::Registration();
	log_.release();
}

Result<size_t> Freezer::freeze(std::span<const std::string> paths)
{
	look();
	if (set_)
		return Error{EBUSY, "the last freeze is not thawed yet"};
	lost_.clear();
	const auto targets = TRY(freeze_targets(paths));
	if (targets.empty())
		return size_t{0};
	const FreezeDevice device = TRY(FreezeDevice::open());
	const fs_freeze_info info = TRY(device.info());
	FreezeFd set = TRY(device.make_set(
		targets,
		{.flags = flags_of(info), .timeout_ms = info.timeout_default_ms, .cookie = 0}));
	deadline_ = milliseconds(info.timeout_default_ms);
	TRY(arm());
	log_.info(fmt::format("freezes {} filesystems", targets.size()));
	log_.hold();
	set_ = std::move(set);
	const auto frozen = freeze_set();
	frozen_ = frozen.ok() ? frozen.value() : 0;
	if (!frozen_)
		(void)set_->thaw(); // fails if it is thawed
	look();
	return frozen;
}

Result<size_t> Freezer::freeze_set()
{
	TRY(set_->freeze());
	const auto status = TRY(settle(kFreezePatience, "freeze"));
	if (status.lost)
		return Error{0, why_lost(status.lost)};
	if (status.state != FS_FREEZE_FROZEN)
		return Error{-status.error, "freeze"};
	return status.nr_frozen;
}

// Waits until all is frozen or thawed, or is lost and may take long to thaw. The
// signals that end the agent end it, too; no other event is handled meanwhile.
Result<fs_freeze_status> Freezer::settle(milliseconds patience, const char *what)
{
	const auto end = std::chrono::steady_clock::now() + patience;
	EventLoop waiting = TRY(EventLoop::create());
	const auto changes = TRY(waiting.watch(set_->fd(), EPOLLIN | EPOLLPRI | EPOLLET,
					       [](uint32_t) { return Result<void>(); }));
	const auto stops =
		TRY(waiting.signals(kStopSignals, [&](const signalfd_siginfo &) -> Result<void> {
			loop_.stop();
			return Error{EINTR, what};
		}));

	for (;;) {
		const fs_freeze_status status = TRY(set_->status());
		if (status.state == FS_FREEZE_FROZEN || status.state == FS_FREEZE_THAWED ||
		    status.lost)
			return status;
		const auto left =
			std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
		if (left <= 0ms)
			return Error{ETIMEDOUT, what};
		TRY(waiting.run_once(static_cast<int>(left.count())));
	}
}

Result<void> Freezer::arm()
{
	next_beat_ = TRY(loop_.timer(deadline_ / 3, [this] { return beat(); }));
	return {};
}

// Again and again until it is thawed, by whomever.
Result<void> Freezer::beat()
{
	if (frozen_)
		(void)set_->extend(); // if it can't be, look() knows why
	look();
	return set_ ? arm() : Result<void>();
}

Result<size_t> Freezer::thaw()
{
	look();
	if (lost_.empty() && frozen_ && !set_->thaw().ok())
		look(); // lost in between
	if (!lost_.empty())
		return Error{0, std::exchange(lost_, "")};
	if (!frozen_)
		return size_t{0};
	const size_t thawed = std::exchange(frozen_, 0);
	TRY(settle(kThawPatience, "thaw"));
	look();
	log_.info(fmt::format("has thawed {} filesystems", thawed));
	return thawed;
}

} // namespace agent
