// SPDX-License-Identifier: GPL-2.0-or-later
//
// The two halves of portctl watch.

#pragma once

#include <span>
#include <string>

#include "event_loop.hpp"
#include "result.hpp"
#include "watch_log.hpp"

namespace portctl {

// What happens to open ports, as SIGIO tells it. Returns when all of them are
// unplugged or the loop is stopped.
enum class Data { Leave, Read };
gatehouse::Result<void> watch_ports(gatehouse::EventLoop &loop, const WatchLog &log,
				    std::span<const std::string> words, Data data);

// Which ports come and go, and their hosts, without opening any.
gatehouse::Result<void> watch_all(gatehouse::EventLoop &loop, const WatchLog &log);

} // namespace portctl
