// SPDX-License-Identifier: GPL-2.0-or-later
//
// A request of the host, checked: {"execute": NAME, "arguments": {...}, "id": ANY}.

#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "result.hpp"

namespace agent {

struct Request {
	std::string command;
	nlohmann::json arguments = nlohmann::json::object();
};

gatehouse::Result<Request> parse_request(const nlohmann::json &value);

} // namespace agent
