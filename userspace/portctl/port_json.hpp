// SPDX-License-Identifier: GPL-2.0-or-later
//
// A port as the listing verbs print it.

#pragma once

#include <string>

#include "output.hpp"
#include "ports.hpp"

namespace portctl {

// Empty when the driver does not tell.
std::string host_text(gatehouse::HostState state);

// Empty when nobody has the port open.
std::string holder_text(const gatehouse::Port &port);

gatehouse::output::Json port_json(const gatehouse::Port &port);

} // namespace portctl
