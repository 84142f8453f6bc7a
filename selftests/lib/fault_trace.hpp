// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where in the kernel an allocation was made to fail (faults.hpp): the stack of
// each, by probes on the functions that decide. What the kernel would print of
// itself takes longer on a serial line than all the rest.

#pragma once

#include <string>
#include <string_view>

namespace gatehouse::test {

// The kernel keeps the stacks of failures from here on, until the case ends.
void start_fault_trace();

// The stack of the first failure since the last call, a frame a line, innermost
// first; "" when no allocation has failed.
std::string take_fault_stack();

// Its innermost frame in a module, "vser_buf_alloc+0x45/0x120 [virtio_serial]";
// "" when there is none.
std::string_view module_frame(std::string_view stack);

} // namespace gatehouse::test
