// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls from a test in the guest to the bench on the host (selftests/vm/rpc.py):
// the far end of each port, hot plug, and QEMU's monitor. Every call but
// attempt() ends the case when the host answers with an error. The bench puts
// the host's side back before the next case, so nothing here needs an undo.
//
// Thread-safe; one call at a time. A call returns when the host has done it:
// the guest may learn of it a moment later.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "result.hpp"

namespace gatehouse::test::host {

using nlohmann::json;

// Any call by its name; the whole reply, or why the host could not do it.
Result<json> attempt(std::string_view name, json arguments);

// The same for a call that must succeed.
json call(std::string_view name, json arguments);

// The program at the far end of the port's socket comes or goes.
void connect(std::string_view port);
void disconnect(std::string_view port);

// Host ends come and go faster than we can follow, and are gone at the end.
void flap(const std::vector<std::string> &ports, int rounds);

// It stops reading, or goes on.
void pause(std::string_view port);
void resume(std::string_view port);

// It sends back all that it gets.
void echo(std::string_view port);

void send(std::string_view port, std::string_view data);
std::string recv(std::string_view port, size_t length);

// How much it has got and nobody has taken.
size_t received(std::string_view port);

// Throws away what comes, up to and with this byte.
void skip(std::string_view port, uint8_t last);

// Sends one line, returns the next line that comes.
std::string exchange(std::string_view port, std::string_view line);

// Streams of pattern.hpp. The start_ forms return at once; join waits for all
// that was started on a port and fails when any of it did.
void send_pattern(std::string_view port, uint64_t seed, size_t length);
void recv_pattern(std::string_view port, uint64_t seed, size_t length);
void start_send_pattern(std::string_view port, uint64_t seed, size_t length, size_t chunk = 65536);
void start_recv_pattern(std::string_view port, uint64_t seed, size_t length);
void join(std::string_view port);

struct PlugOptions {
	std::string bus = "vser0";
	std::optional<int> nr = {};
};
void plug(std::string_view port, const PlugOptions &options = {});
void unplug(std::string_view port);
void plug_device(std::string_view id, const std::vector<std::string> &ports);
void unplug_device(std::string_view id);

// A command of QEMU's monitor.
json qmp(std::string_view execute, json arguments = json::object());

// Returns when all that was sent before has left QEMU for the guest's buffers,
// as far as there are any: QEMU's main loop, which moves it, has gone round.
void settle();

} // namespace gatehouse::test::host
