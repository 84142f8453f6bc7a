// SPDX-License-Identifier: GPL-2.0-or-later

#include "duration.hpp"

#include <charconv>
#include <limits>

namespace freezectl {

namespace {

struct Unit {
	std::string_view name;
	uint64_t ms;
};

constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"min", 60 * 1000}};

} // namespace

std::optional<uint32_t> parse_duration(std::string_view word)
{
	const char *const end = word.data() + word.size();
	uint32_t number = 0;
	const auto parsed = std::from_chars(word.data(), end, number);

	if (parsed.ec != std::errc())
		return std::nullopt;
	for (const Unit &unit : kUnits) {
		const uint64_t ms = number * unit.ms;
		if (std::string_view(parsed.ptr, end) == unit.name && ms &&
		    ms <= std::numeric_limits<uint32_t>::max())
			return static_cast<uint32_t>(ms);
	}
	return std::nullopt;
}

} // namespace freezectl
