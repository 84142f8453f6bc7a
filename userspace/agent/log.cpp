// SPDX-License-Identifier: GPL-2.0-or-later

#include "log.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <ctime>
#include <utility>

#include "output.hpp"
#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr size_t kHeldLimit = 64 << 10;

} // namespace

Result<Log> Log::open(const std::string &path, Detail detail)
{
	if (!path.empty())
		return Log(TRY(sys::create(path, O_WRONLY | O_APPEND, 0600)), false, detail);
	auto kernel = sys::open("/dev/kmsg", O_WRONLY);
	if (kernel.ok())
		return Log(kernel.take(), true, detail);
	return Log(UniqueFd(), false, detail);
}

void Log::write(int priority, std::string_view text)
{
	const std::string safe = output::escape(text);
	const std::string line =
		kernel_ ? fmt::format("<{}>gatehouse-agent: {}\n", LOG_DAEMON | priority, safe)
			: fmt::format("{:%FT%TZ} gatehouse-agent: {}\n", fmt::gmtime(time(nullptr)),
				      safe);

	if (held_) {
		if (lines_.size() < kHeldLimit)
			lines_ += line;
		return;
	}
	put(line);
}

void Log::put(std::string_view lines)
{
	// There is nowhere to tell that the log can't be written.
	(void)sys::write(fd_ ? fd_.get() : STDERR_FILENO, lines, "log");
}

void Log::release()
{
	held_ = false;
	if (!lines_.empty())
		put(std::exchange(lines_, ""));
}

void Log::debug(std::string_view text)
{
	if (detail_ == Detail::Verbose)
		write(LOG_DEBUG, text);
}

void Log::info(std::string_view text)
{
	write(LOG_INFO, text);
}

void Log::warning(std::string_view text)
{
	write(LOG_WARNING, text);
}

} // namespace agent
