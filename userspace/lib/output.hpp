// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a tool prints on stdout: lines, tables with one record a line, and
// JSON. Each call is one write, so that a record is never seen in part and a
// full disk or a closed pipe is an Error and not silence.

#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace gatehouse::output {

using Json = nlohmann::ordered_json;

Result<void> text(std::string_view text);

// Pretty, for a listing.
Result<void> json(const Json &value);

// On one line, for a stream of records.
Result<void> json_line(const Json &value);

// Rows under a header, in columns as wide as they need to be. An empty cell
// shows as "-", so that cells can be counted.
class Table
{
public:
	using Row = std::vector<std::string>;

	explicit Table(Row header);
	void add(Row row);
	std::string format() const;

private:
	std::vector<Row> rows_; // the header is the first
};

// Text from elsewhere as it may go to a terminal: control characters, quotes
// and bytes outside ASCII as \n, \", \x1b.
std::string escape(std::string_view text);

} // namespace gatehouse::output
