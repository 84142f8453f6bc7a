// SPDX-License-Identifier: GPL-2.0-or-later
//
// A time as people write it: "3s", "500ms", "2min".

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace freezectl {

// In milliseconds; nothing for what is no such word, and for what is less than
// one or more than fits.
std::optional<uint32_t> parse_duration(std::string_view word);

} // namespace freezectl
