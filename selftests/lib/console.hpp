// SPDX-License-Identifier: GPL-2.0-or-later
//
// Both ends of a port that is a console: its tty here, the program on the host.

#pragma once

#include <string>
#include <string_view>

#include "tty.hpp"

namespace gatehouse::test {

// The one port of a device without MULTIPORT has a name on the host alone; where
// a topology has such a device, the port is called so.
constexpr std::string_view kNameless = "org.gatehouse.console.2";

// Waits for the port; its folder in sysfs.
std::string console_folder(std::string_view name);

// A console that is open here and whose host is there.
struct Console : Tty {
	explicit Console(std::string_view name, TtyMode mode = TtyMode::Raw, int flags = 0);

	// A few bytes each way.
	void expect_carries() const;

	std::string_view name;
};

} // namespace gatehouse::test
