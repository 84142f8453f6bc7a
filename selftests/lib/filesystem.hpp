// SPDX-License-Identifier: GPL-2.0-or-later
//
// Filesystem: one to be frozen, on a loop device whose file lies in memory or on
// another such filesystem.

#pragma once

#include <string>
#include <string_view>

#include "unique_fd.hpp"

namespace gatehouse::test {

// Mounted from construction on. At the end of the case, however it ends, all
// that freezefd and FIFREEZE have frozen is thawed, and it is unmounted.
class Filesystem
{
public:
	// What it lies on: a loop device, or a device of the device mapper on that,
	// which has the filesystem's number in its name.
	enum class Device { kLoop, kDm };

	// below: a folder for its file; on a Filesystem it is stacked.
	explicit Filesystem(std::string_view below = "/run/freeze", Device device = Device::kLoop);
	Filesystem(const Filesystem &) = delete;

	const std::string &path() const { return path_; }
	std::string path(std::string_view name) const;
	// Of a kDm, for dmsetup.
	std::string dm_name() const;

	// Its root, as a target of a freeze.
	UniqueFd open_root() const;
	// A new file of it, for reading and writing.
	UniqueFd create(std::string_view name) const;
	// Something for a freeze to write out.
	void make_dirty() const;

	// Whoever froze it.
	bool is_frozen() const;
	// The ioctls of old: 0, or what errno was.
	int fifreeze() const;
	int fithaw() const;

	// umount(2): 0, or what errno was.
	int unmount(int flags = 0) const;

private:
	std::string path_;
};

// Runs a command; the case fails if it does.
void command(const std::string &line);

} // namespace gatehouse::test
