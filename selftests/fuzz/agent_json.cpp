// SPDX-License-Identifier: GPL-2.0-or-later
//
// The agent's reader of JSON (userspace/agent/json_stream.cpp) on any bytes: the
// same comes out however the bytes are cut, nothing is deeper than its limit,
// and what is written of a value reads as that value again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "json_stream.hpp"
#include "json_text.hpp"

extern "C" {
#include "fuzz.h"
}

using namespace agent;

static void require(bool condition)
{
	if (!condition)
		abort();
}

struct Outcome {
	Json value;
	std::string error; // "" when there is a value

	bool operator==(const Outcome &) const = default;
};

static void take_all(JsonStream &stream, std::string_view input, std::vector<Outcome> &seen)
{
	while (auto value = stream.next(input))
		seen.push_back(value->ok() ? Outcome{value->take(), ""}
					   : Outcome{Json(), value->error().message()});
}

static void check_reads_again(const Json &value)
{
	std::vector<Outcome> again;
	JsonStream stream;

	take_all(stream, json_text(value) + "\n", again);
	require(again.size() == 1 && again[0].error.empty() && again[0].value == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const std::string_view input(reinterpret_cast<const char *>(data), size);
	std::vector<Outcome> whole, in_bytes;
	JsonStream first, second;

	take_all(first, input, whole);
	for (size_t i = 0; i < size; i++)
		take_all(second, input.substr(i, 1), in_bytes);
	require(whole == in_bytes);
	for (const Outcome &outcome : whole)
		if (outcome.error.empty())
			check_reads_again(outcome.value);
	return 0;
}
