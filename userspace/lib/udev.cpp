// SPDX-License-Identifier: GPL-2.0-or-later

#include "udev.hpp"

#include <libudev.h>

#include <cerrno>

#include "syscall.hpp"

namespace gatehouse {

void UdevUnref::operator()(::udev *object) const
{
	udev_unref(object);
}

void UdevUnref::operator()(udev_device *object) const
{
	udev_device_unref(object);
}

void UdevUnref::operator()(udev_enumerate *object) const
{
	udev_enumerate_unref(object);
}

void UdevUnref::operator()(udev_monitor *object) const
{
	udev_monitor_unref(object);
}

namespace {

std::string text(const char *value)
{
	return value ? value : "";
}

// libudev's calls return a negative errno.
Result<void> check(int result, const char *call)
{
	if (result < 0)
		return Error{-result, call};
	return {};
}

} // namespace

bool udev_is_running()
{
	return sys::stat("/run/udev/control").ok();
}

Result<std::vector<std::string>> list_udev_devices(std::span<const std::string> subsystems)
{
	const UdevPtr<::udev> context(udev_new());
	const UdevPtr<udev_enumerate> list(context ? udev_enumerate_new(context.get()) : nullptr);
	std::vector<std::string> paths;

	if (!list)
		return Error{errno, "udev_enumerate_new"};
	for (const std::string &subsystem : subsystems)
		TRY(check(udev_enumerate_add_match_subsystem(list.get(), subsystem.c_str()),
			  "udev_enumerate_add_match_subsystem"));
	TRY(check(udev_enumerate_scan_devices(list.get()), "udev_enumerate_scan_devices"));

	udev_list_entry *entry;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list.get()))
		paths.push_back(text(udev_list_entry_get_name(entry)));
	return paths;
}

UdevMonitor::UdevMonitor(UdevPtr<udev_monitor> monitor) : monitor_(std::move(monitor))
{}

Result<UdevMonitor> UdevMonitor::create(std::span<const std::string> subsystems)
{
	const char *source = udev_is_running() ? "udev" : "kernel";
	const UdevPtr<::udev> context(udev_new()); // the monitor keeps a reference
	UdevPtr<udev_monitor> monitor(context ? udev_monitor_new_from_netlink(context.get(), source)
					      : nullptr);

	if (!monitor)
		return Error{errno, "udev_monitor_new_from_netlink"};
	for (const std::string &subsystem : subsystems)
		TRY(check(udev_monitor_filter_add_match_subsystem_devtype(
				  monitor.get(), subsystem.c_str(), nullptr),
			  "udev_monitor_filter_add_match_subsystem_devtype"));
	TRY(check(udev_monitor_enable_receiving(monitor.get()), "udev_monitor_enable_receiving"));
	return UdevMonitor(std::move(monitor));
}

int UdevMonitor::fd() const
{
	return udev_monitor_get_fd(monitor_.get());
}

std::optional<UdevEvent> UdevMonitor::receive()
{
	const UdevPtr<udev_device> device(udev_monitor_receive_device(monitor_.get()));

	if (!device)
		return std::nullopt;
	return UdevEvent{text(udev_device_get_action(device.get())),
			 text(udev_device_get_sysname(device.get())),
			 text(udev_device_get_syspath(device.get()))};
}

} // namespace gatehouse
