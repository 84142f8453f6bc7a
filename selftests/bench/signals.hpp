// SPDX-License-Identifier: GPL-2.0-or-later
//
// How often the guest and a virtio-serial device have called each other.

#pragma once

#include <cstdint>
#include <string_view>

#include "result.hpp"

namespace gatehouse::bench {

struct Signals {
	uint64_t kicks = 0;	 // the guest's calls; 0 while session.py has not set the probe
	uint64_t interrupts = 0; // the device's
};

// Since boot. node: a port of the device.
Result<Signals> count_signals(std::string_view node);

} // namespace gatehouse::bench
