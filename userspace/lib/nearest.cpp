// SPDX-License-Identifier: GPL-2.0-or-later

#include "nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace gatehouse {

size_t edit_distance(std::string_view from, std::string_view to)
{
	std::vector<size_t> before(to.size() + 1), last(to.size() + 1), row(to.size() + 1);

	std::iota(row.begin(), row.end(), 0);
	for (size_t i = 1; i <= from.size(); i++) {
		before = std::exchange(last, row);
		row[0] = i;
		for (size_t j = 1; j <= to.size(); j++) {
			const size_t cost = from[i - 1] != to[j - 1];
			row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
			if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
				row[j] = std::min(row[j], before[j - 2] + 1);
		}
	}
	return row[to.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates)
{
	std::optional<std::string> best;
	size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;

	for (const std::string &candidate : candidates) {
		// The end of a dotted name is how people say it in short.
		const bool is_tail = !word.empty() && candidate.ends_with(word);
		const size_t distance = is_tail ? 1 : edit_distance(word, candidate);

		if (distance < best_distance && distance < candidate.size()) {
			best_distance = distance;
			best = candidate;
		}
	}
	return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates)
{
	const auto candidate = nearest(word, candidates);

	return candidate ? fmt::format("; did you mean '{}'?", *candidate) : "";
}

} // namespace gatehouse
