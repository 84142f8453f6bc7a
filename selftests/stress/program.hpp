// SPDX-License-Identifier: GPL-2.0-or-later
//
// A program is a short sequence of calls, on up to kThreads threads at the same
// time. A table says which calls there are and what their arguments may be; a
// device node's table is one file, see virtio_serial.cpp.
//
// As text a call is a line, the thread first; an empty line ends a program, and
// lines with # are comments:
//
//	0 write fd=0 length=4097 memory=1
//	1 close fd=0

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace gatehouse::stress {

constexpr size_t kArguments = 6;
constexpr size_t kThreads = 3;

using Arguments = std::array<uint64_t, kArguments>;

struct Context; // execute.hpp

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
	int weight; // how often it is taken, beside the other rows
	std::vector<Argument> arguments;
	std::function<void(Context &, const Arguments &)> run;
};

struct Table {
	std::string_view name;
	std::string_view module; // the code to be reached
	std::vector<Row> rows;

	// Brings the device and the host to the state that each batch of programs
	// starts from; ends the process when that is not to be had.
	void (*begin)(Context &context);
	// The same for what each program finds open. Called often: cheap.
	void (*prepare)(Context &context);
};

struct Call {
	uint8_t thread;
	uint16_t row;
	Arguments arguments;
};

using Program = std::vector<Call>;

void append_text(std::string &text, const Table &table, const Program &program);
Result<std::vector<Program>> parse(const Table &table, std::string_view text);

} // namespace gatehouse::stress
