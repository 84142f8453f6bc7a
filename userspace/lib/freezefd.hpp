// SPDX-License-Identifier: GPL-2.0-or-later
//
// /dev/freezefd and its freeze descriptors, a class each. The calls, their
// arguments and errors are those of <gatehouse/freezefd.h>; an Error names the
// filesystem that it is about.

#pragma once

#include <gatehouse/freezefd.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse {

// A set of filesystems, frozen no longer than this object lives.
class FreezeFd
{
public:
	int fd() const { return fd_.get(); }

	Result<void> freeze(uint32_t timeout_ms = 0);
	Result<void> extend(uint32_t timeout_ms = 0);

	// An error says that the freeze was lost: what was copied meanwhile is no
	// better than of a running system.
	Result<void> thaw(uint32_t wait_ms = 0);

	Result<fs_freeze_status> status() const;

private:
	friend class FreezeDevice;
	explicit FreezeFd(UniqueFd fd) : fd_(std::move(fd)) {}

	Result<void> operate(unsigned long request, uint32_t timeout_ms, const char *what);

	UniqueFd fd_;
};

class FreezeDevice
{
public:
	static Result<FreezeDevice> open();

	// A filesystem of a set: a path of it, and its level. One that is optional
	// is left out when it can't be frozen at all.
	struct Target {
		std::string path;
		uint32_t level = 0;
		bool optional = false;
	};

	struct Options {
		uint32_t flags = 0;	 // FS_FREEZE_FD_*
		uint32_t timeout_ms = 0; // 0: timeout_default_ms
		uint64_t cookie = 0;
	};

	Result<FreezeFd> make_set(std::span<const Target> targets, const Options &options) const;

	Result<fs_freeze_info> info() const;

	// Of the filesystem that this file is of.
	Result<fs_freeze_query> query(int file, const std::string &path) const;

	// Ends the freezes of all descriptors.
	Result<void> thaw_all(uint32_t wait_ms = 0) const;

	// For events.
	int fd() const { return fd_.get(); }

private:
	explicit FreezeDevice(UniqueFd fd) : fd_(std::move(fd)) {}

	UniqueFd fd_;
};

// Why a freeze was lost, by FS_FREEZE_LOST_*: the rest of a sentence.
std::string lost_text(uint32_t lost);

} // namespace gatehouse
