// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls on open files that any device node must stand.

#pragma once

#include <string>
#include <vector>

#include "program.hpp"

namespace gatehouse::stress {

// Rows for these nodes, which a table adds its own to. Among them is the one
// ioctl that is for all: any number, with any pointer. Each row has an argument
// `fail` more: whether the kernel, now and then, gives no memory during the call.
std::vector<Row> file_calls(const std::vector<std::string> &nodes);

} // namespace gatehouse::stress
