// SPDX-License-Identifier: GPL-2.0-or-later
//
// The virtio bus in sysfs: which console devices there are, which driver has
// each, and the writes that move one from driver to driver.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace gatehouse {

inline constexpr std::string_view kOurDriver = "virtio_serial";
inline constexpr std::string_view kStockDriver = "virtio_console";

// A virtio console device, which is what carries the ports.
struct ConsoleDevice {
	std::string name;   // "virtio3"
	std::string driver; // "" when no driver has it
};

// Below root, which is "" but for tests.
Result<std::vector<ConsoleDevice>> list_console_devices(const std::string &root);

// Is there a driver of that name?
bool has_driver(const std::string &root, std::string_view driver);

// The file that unbinds from, or binds to, a driver what is written to it.
std::string unbind_path(const std::string &root, std::string_view driver);
std::string bind_path(const std::string &root, std::string_view driver);

} // namespace gatehouse
