// SPDX-License-Identifier: GPL-2.0-or-later
//
// The tables there are, one file each. A table may be made once its module is
// loaded, and once in a process.

#pragma once

#include "program.hpp"

namespace gatehouse::stress {

Table hostile_table();
Table virtio_serial_table();

} // namespace gatehouse::stress
