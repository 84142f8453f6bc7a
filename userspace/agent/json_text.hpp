// SPDX-License-Identifier: GPL-2.0-or-later
//
// A value as it is sent to the host: one line, in ASCII, with a blank behind
// each ':' and ','.

#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace agent {

std::string json_text(const nlohmann::json &value);

} // namespace agent
