// SPDX-License-Identifier: GPL-2.0-or-later

#include "logind.hpp"

#include <fmt/format.h>
#include <systemd/sd-bus.h>

#include <memory>

namespace agent {

using namespace gatehouse;

namespace {

constexpr uint64_t kDeadline = 5'000'000; // microseconds
constexpr const char *kName = "org.freedesktop.login1", *kPath = "/org/freedesktop/login1",
		     *kManager = "org.freedesktop.login1.Manager";

struct Unref {
	void operator()(sd_bus *bus) const { sd_bus_close_unref(bus); }
	void operator()(sd_bus_message *message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, Unref>;
using Message = std::unique_ptr<sd_bus_message, Unref>;

Result<Bus> open_bus()
{
	sd_bus *bus = nullptr;

	if (const int status = sd_bus_open_system(&bus); status < 0)
		return Error{-status, "no system bus"};
	sd_bus_set_method_call_timeout(bus, kDeadline);
	return Bus(bus);
}

// types and the words behind them as sd_bus_call_method() has them.
template <typename... Words>
Result<Message> call(const char *method, const char *types, Words... words)
{
	const Bus bus = TRY(open_bus());
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = nullptr;
	const int status = sd_bus_call_method(bus.get(), kName, kPath, kManager, method, &error,
					      &reply, types, words...);
	const std::string why = error.message ? error.message : "";

	sd_bus_error_free(&error);
	if (status < 0 && !why.empty())
		return Error{0, fmt::format("logind, {}: {}", method, why)};
	if (status < 0)
		return Error{-status, fmt::format("logind, {}", method)};
	return Message(reply);
}

} // namespace

Result<void> call_logind(const char *method)
{
	TRY(call(method, ""));
	return {};
}

Result<void> call_logind_quietly(const char *method)
{
	TRY(call(method, "b", 0));
	return {};
}

std::string ask_logind(const char *method)
{
	auto reply = call(method, "");
	const char *word = nullptr;

	if (!reply.ok() || sd_bus_message_read(reply.value().get(), "s", &word) < 0)
		return "";
	return word;
}

} // namespace agent
