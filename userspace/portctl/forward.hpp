// SPDX-License-Identifier: GPL-2.0-or-later
//
// The two halves of portctl forward.

#pragma once

#include "port_stream.hpp"
#include "result.hpp"

namespace portctl {

// Ends with the first session?
enum class Sessions { One, Many };

// Streams the kernel's log to the host: each record once, from the first that
// the kernel still has.
gatehouse::Result<void> forward_kmsg(PortStream &port, Sessions sessions);

} // namespace portctl
