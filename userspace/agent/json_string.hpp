// SPDX-License-Identifier: GPL-2.0-or-later
//
// A string of JSON: from its form on the wire, which is checked, and back.

#pragma once

#include <string>
#include <string_view>

#include "result.hpp"

namespace agent {

// What a string token means: quotes off, escapes done, UTF-8 checked.
gatehouse::Result<std::string> decode_string(std::string_view token);

// The string in double quotes and in ASCII. A byte that is no UTF-8 becomes
// U+FFFD: a mount point or a user's name may have any bytes.
std::string encode_string(std::string_view text);

} // namespace agent
