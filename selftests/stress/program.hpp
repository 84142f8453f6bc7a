// SPDX-License-Identifier: GPL-2.0-or-later
//
// A program is a short sequence of calls, on up to kThreads threads at the same
// time. A table says which calls there are and what their arguments may be; a
// device node's table is one file, see virtio_serial.cpp.
//
// As text a call is a line, the thread first; an empty line ends a program, and
// lines with # are comments:
//
//	0 write fd=0 length=4097 memory=1 fail=0
//	1 close to=0 fail=0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "work.hpp"

namespace gatehouse::stress {

constexpr size_t kThreads = 3;

using Arguments = std::vector<uint64_t>;

class Slots;

// What an argument may be. The more often a value is named, the more likely.
struct Argument {
	enum class Kind {
		Choice, // one of the values
		Number, // or one near it, or any at all
		Flags,	// several of them, or any bit
	};
	std::string_view name;
	Kind kind;
	std::vector<uint64_t> values;
};

struct Row {
	std::string_view name;
	unsigned weight; // how often it is taken, beside the other rows
	std::vector<Argument> arguments;
	std::function<void(Slots &, const Arguments &)> run;
};

struct Table {
	std::vector<Row> rows;

	// Brings device, host and files to the state that each program starts from;
	// ends the process when that is not to be had. Called often: cheap when
	// little has changed.
	std::function<void(Slots &)> prepare;

	// What is done for the calls by others; each call waits for it. Or none.
	std::unique_ptr<Work> work = {};
};

struct Call {
	size_t thread;
	size_t row;
	Arguments arguments;
};

using Program = std::vector<Call>;

std::string to_text(const Table &table, const std::vector<Program> &programs);
Result<std::vector<Program>> parse(const Table &table, const std::string &text);

} // namespace gatehouse::stress
