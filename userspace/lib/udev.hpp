// SPDX-License-Identifier: GPL-2.0-or-later
//
// libudev as far as it is needed: which devices of some subsystems exist, and
// which come and go.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "result.hpp"

struct udev;
struct udev_device;
struct udev_enumerate;
struct udev_monitor;

namespace gatehouse {

struct UdevUnref {
	void operator()(::udev *object) const;
	void operator()(udev_device *object) const;
	void operator()(udev_enumerate *object) const;
	void operator()(udev_monitor *object) const;
};

// The owner of one reference to a libudev object.
template <typename T> using UdevPtr = std::unique_ptr<T, UdevUnref>;

// Does a udev daemon run? Without it there are no links in /dev.
bool udev_is_running();

// Directories below /sys/devices of all devices of these subsystems.
Result<std::vector<std::string>> list_udev_devices(std::span<const std::string> subsystems);

struct UdevEvent {
	std::string action; // "add", "remove", "change", ...
	std::string name;   // "vport0p1"
	std::string syspath;
};

// Hears of devices as they come and go: from the daemon, when its rules are
// done and its links exist; straight from the kernel where no daemon runs.
class UdevMonitor
{
public:
	static Result<UdevMonitor> create(std::span<const std::string> subsystems);

	// Readable when an event waits; borrowed, for an EventLoop.
	int fd() const;

	// The next event, if one waits.
	std::optional<UdevEvent> receive();

private:
	explicit UdevMonitor(UdevPtr<udev_monitor> monitor);

	UdevPtr<udev_monitor> monitor_;
};

} // namespace gatehouse
