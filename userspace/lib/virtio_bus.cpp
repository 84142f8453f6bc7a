// SPDX-License-Identifier: GPL-2.0-or-later

#include "virtio_bus.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "file.hpp"
#include "syscall.hpp"

namespace gatehouse {

namespace {

constexpr std::string_view kConsoleId = "0x0003"; // VIRTIO_ID_CONSOLE as sysfs prints it

std::string driver_path(const std::string &root, std::string_view driver)
{
	return fmt::format("{}/sys/bus/virtio/drivers/{}", root, driver);
}

} // namespace

Result<std::vector<ConsoleDevice>> list_console_devices(const std::string &root)
{
	const std::string bus = root + "/sys/bus/virtio/devices";
	std::vector<ConsoleDevice> devices;
	auto names = sys::list_directory(bus);

	if (names.failed_with(ENOENT))
		return devices; // no virtio bus at all
	for (const std::string &name : TRY(std::move(names))) {
		const std::string path = bus + "/" + name;
		const auto id = read_file(path + "/device");
		if (id.ok() && id.value() == kConsoleId)
			devices.push_back({name, link_name(path + "/driver")});
	}
	return devices;
}

bool has_driver(const std::string &root, std::string_view driver)
{
	return sys::stat(driver_path(root, driver)).ok();
}

std::string unbind_path(const std::string &root, std::string_view driver)
{
	return driver_path(root, driver) + "/unbind";
}

std::string bind_path(const std::string &root, std::string_view driver)
{
	return driver_path(root, driver) + "/bind";
}

} // namespace gatehouse
