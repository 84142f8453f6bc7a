// SPDX-License-Identifier: GPL-2.0-or-later

#include "watch_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "output.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

constexpr size_t kShownBytes = 48; // of the data, in a line of text

using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

std::string text_line(const WatchEvent &event, Time now)
{
	const auto seconds = std::chrono::system_clock::to_time_t(now);
	const auto micros = now.time_since_epoch().count() % 1000000;
	std::string line = fmt::format("{:%H:%M:%S}.{:06} {} {}", fmt::localtime(seconds), micros,
				       output::escape(event.port), event.what);

	if (event.data)
		line += fmt::format(" {} bytes \"{}\"{}", event.data->size(),
				    output::escape(event.data->substr(0, kShownBytes)),
				    event.data->size() > kShownBytes ? "..." : "");
	if (!event.signal.empty())
		line += fmt::format(" ({})", event.signal);
	return line + "\n";
}

output::Json json_object(const WatchEvent &event, Time now)
{
	output::Json json = {{"time", static_cast<double>(now.time_since_epoch().count()) / 1e6},
			     {"port", event.port},
			     {"id", event.id},
			     {"event", event.what}};

	if (event.data) {
		json["bytes"] = event.data->size();
		json["data"] = output::escape(*event.data);
	}
	if (!event.signal.empty())
		json["signal"] = event.signal;
	return json;
}

} // namespace

Result<void> WatchLog::print(const WatchEvent &event) const
{
	const Time now =
		std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());

	if (format_ == Format::Json)
		return output::json_line(json_object(event, now));
	return output::text(text_line(event, now));
}

} // namespace portctl
