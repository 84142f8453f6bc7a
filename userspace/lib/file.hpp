// SPDX-License-Identifier: GPL-2.0-or-later
//
// Small files as sysfs, procfs and debugfs have them: one value, read or
// written whole; and links whose last part is the value.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "result.hpp"

namespace gatehouse {

// The content without the final newline. Nothing in it is trusted.
Result<std::string> read_file(const std::string &path);

// Writes the text in one write(), as sysfs wants it.
Result<void> write_file(const std::string &path, std::string_view text);

// Writes all of the data to an fd, waiting where it would block.
Result<void> write_all(int fd, std::string_view data, std::string_view what);

// Last component of what a symbolic link points at; "" when there is no link.
std::string link_name(const std::string &path);

// Value of a "key: value" line in a text.
std::optional<std::string> find_key(std::string_view text, std::string_view key);

} // namespace gatehouse
