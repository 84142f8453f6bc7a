// SPDX-License-Identifier: GPL-2.0-or-later
//
// Texts of /proc and /sys, in lines and words. What is no number is 0: a kernel
// may show more or fewer columns than we know.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

std::vector<std::string_view> lines_of(std::string_view text);

// Words between blanks.
std::vector<std::string_view> words_of(std::string_view line);

uint64_t number_of(std::string_view word);

// A number in a file; 0 when there is none.
uint64_t number_in(const std::string &path);

// The number behind a prefix ("cpu12": 12); -1 when there is something else.
int index_of(std::string_view name, std::string_view prefix);

} // namespace agent
