// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest-get-time, guest-set-time, guest-get-timezone. A guest whose time is set
// has been asleep: without a time of the host's, its hardware clock knows.

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/rtc.h>

#include <chrono>
#include <ctime>

#include "file.hpp"
#include "handlers.hpp"
#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;
constexpr const char *kClock = "/dev/rtc0";

// hwclock's note of what the hardware clock shows: UTC if it says nothing.
bool rtc_is_local(Agent &agent)
{
	const auto note = read_file(agent.path("/etc/adjtime"));

	return note.ok() && note.value().ends_with("\nLOCAL");
}

Result<timespec> read_rtc(Agent &agent)
{
	const UniqueFd clock = TRY(sys::open(kClock, O_RDONLY));
	rtc_time fields = {};
	tm broken = {};

	TRY(sys::ioctl(clock.get(), RTC_RD_TIME, &fields, kClock));
	broken.tm_sec = fields.tm_sec;
	broken.tm_min = fields.tm_min;
	broken.tm_hour = fields.tm_hour;
	broken.tm_mday = fields.tm_mday;
	broken.tm_mon = fields.tm_mon;
	broken.tm_year = fields.tm_year;
	broken.tm_isdst = -1;
	return timespec{rtc_is_local(agent) ? mktime(&broken) : timegm(&broken), 0};
}

Result<void> write_rtc(Agent &agent, const timespec &time)
{
	const UniqueFd clock = TRY(sys::open(kClock, O_WRONLY));
	rtc_time fields = {};
	tm broken = {};

	if (rtc_is_local(agent))
		localtime_r(&time.tv_sec, &broken);
	else
		gmtime_r(&time.tv_sec, &broken);
	fields.tm_sec = broken.tm_sec;
	fields.tm_min = broken.tm_min;
	fields.tm_hour = broken.tm_hour;
	fields.tm_mday = broken.tm_mday;
	fields.tm_mon = broken.tm_mon;
	fields.tm_year = broken.tm_year;
	TRY(sys::ioctl(clock.get(), RTC_SET_TIME, &fields, kClock));
	return {};
}

} // namespace

Result<Json> get_time(Agent &, const Json &)
{
	timespec now = {};

	clock_gettime(CLOCK_REALTIME, &now);
	return Json(now.tv_sec * kNanoseconds + now.tv_nsec);
}

Result<Json> set_time(Agent &agent, const Json &arguments)
{
	const auto given = arguments.find("time");

	if (given == arguments.end()) {
		TRY(sys::set_clock(TRY(read_rtc(agent))));
		agent.log().info("time set from the hardware clock");
		return Json::object();
	}
	const auto nanoseconds = given->get<int64_t>();
	if (nanoseconds < 0)
		return Error{0, fmt::format("Time {} is before 1970", nanoseconds)};
	const timespec time = {nanoseconds / kNanoseconds, nanoseconds % kNanoseconds};
	TRY(sys::set_clock(time));
	agent.log().info(fmt::format("time set to {}", time.tv_sec));
	TRY(write_rtc(agent, time));
	return Json::object();
}

Result<Json> timezone_of(Agent &, const Json &)
{
	const time_t now = time(nullptr);
	tm local = {};

	tzset();
	localtime_r(&now, &local);
	return Json{{"zone", local.tm_zone}, {"offset", local.tm_gmtoff}};
}

} // namespace agent
