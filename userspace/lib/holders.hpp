// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who has a device open: a scan of /proc/PID/fd. Without root it sees the
// caller's own processes only.

#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "result.hpp"

namespace gatehouse {

struct Holder {
	pid_t pid;
	std::string comm; // the process's choice: any bytes

	// "qemu-ga (pid 12)", fit for a terminal.
	std::string text() const;
};

// What makes two paths the same device: the device number of a character
// device whatever its node, device and inode of any other file.
using DeviceKey = std::pair<dev_t, ino_t>;

Result<DeviceKey> device_key(const std::string &path);

// Calls visit for each descriptor of each process, by the name that it has in
// /proc/PID/fd. proc is "/proc" but for tests. Processes that end meanwhile are
// passed over.
void for_each_descriptor(
	const std::string &proc,
	const std::function<void(const Holder &process, const std::string &fd)> &visit);

// The holder of each device that any process has open, of many the one with the
// lowest pid.
std::map<DeviceKey, Holder> find_holders(const std::string &proc);

} // namespace gatehouse
