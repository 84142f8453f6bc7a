// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a mistyped word was meant to be.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse {

// Fewest insertions, deletions, replacements and swaps of two neighbours that
// turn one word into the other.
size_t edit_distance(std::string_view from, std::string_view to);

// The candidate most like the word, when one is near enough to suggest.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean 'candidate'?" or "".
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

} // namespace gatehouse
