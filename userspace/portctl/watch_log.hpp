// SPDX-License-Identifier: GPL-2.0-or-later
//
// The lines that portctl watch prints: one event each, with the time, as text
// or as a JSON object.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "result.hpp"

namespace portctl {

struct WatchEvent {
	std::string port; // its name, or its id when it has none
	std::string id;
	std::string_view what;		      // "connected"
	std::string_view signal = {};	      // "POLL_HUP", when a SIGIO told
	std::optional<std::string> data = {}; // that was read
};

class WatchLog
{
public:
	enum class Format { Text, Json };

	explicit WatchLog(Format format) : format_(format) {}

	gatehouse::Result<void> print(const WatchEvent &event) const;

private:
	Format format_;
};

} // namespace portctl
