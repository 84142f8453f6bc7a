// SPDX-License-Identifier: GPL-2.0-or-later
//
// The command line of every tool: tool VERB [OPTIONS] ARGS, from one table.
// No verb is the first of the table, the listing one. Exit status: 0 done,
// 1 failed, 2 usage; a verb may have others. A usage error is one line with the nearest word; help
// goes to stdout and only when asked for. "--" ends options. A program without verbs has a table of
// options alone.
//
// The parsing of options is CLI11's, which throws; cli.cpp is the one place
// that catches.

#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace gatehouse::cli {

enum class Kind {
	Flag,
	Seconds, // a number of seconds, fractions allowed
	Text,
};

struct Option {
	std::string_view names; // "--force" or "-v,--verbose"
	Kind kind;
	std::string_view help;
	std::string_view value = ""; // of Kind::Text, as help calls it: "FILE"
};

// The words and options of one call, checked against the verb's row.
class Args
{
public:
	std::span<const std::string> words() const { return words_; }

	// Those in front of the first "--", and those behind it, if there is one.
	std::span<const std::string> words_before_dashes() const;
	std::span<const std::string> words_behind_dashes() const;

	// Options go by their long name, as in the verb's table.
	bool flag(std::string_view name) const { return flags_.contains(name); }
	std::optional<double> seconds(std::string_view name) const;
	std::optional<std::string> text(std::string_view name) const;

private:
	friend struct Parser;

	std::vector<std::string> words_;
	std::optional<size_t> dashes_;			 // how many of them come before
	std::map<std::string, bool, std::less<>> flags_; // present: given
	std::map<std::string, double, std::less<>> seconds_;
	std::map<std::string, std::string, std::less<>> texts_;
};

// A verb's Error about the words of its call: exit status 2.
Error usage_error(std::string text);

// An Error that ends the tool with this status; with an empty text silently.
Error exit_error(int status, std::string text);

// Of a verb that runs a command: why it can't, by errno. Ends the tool as the
// shell, with 127 for one that is not found, else with 126.
Error cannot_run(std::string_view command, int code);

inline constexpr size_t kAnyNumber = 1000;

struct Verb {
	std::string_view name;
	std::string_view synopsis; // of the words: "PORT [FILE]"
	size_t min;		   // words
	size_t max;
	Result<void> (*run)(const Args &args);
	std::string_view help; // one line
	std::span<const Option> options;
};

struct Tool {
	std::string_view name;
	std::string_view summary;
	std::span<const Verb> verbs; // the first is the default
};

// One that takes options and no words.
struct Program {
	std::string_view name;
	std::string_view summary;
	std::span<const Option> options;
	Result<void> (*run)(const Args &args);
};

// What a command line asks for: a verb with its arguments, or a text to print.
struct Call {
	const Verb *verb = nullptr;
	Args args;
	std::string text; // help or version, when verb is null
};

// An Error from here is a usage error. A call holds on to the tool's table.
Result<Call> parse(const Tool &tool, std::span<const std::string> words);

// All that main() has to do. Returns the exit status.
int run(const Tool &tool, int argc, char **argv);
int run(const Program &program, int argc, char **argv);

} // namespace gatehouse::cli
