// SPDX-License-Identifier: GPL-2.0-or-later

#include "cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "nearest.hpp"
#include "output.hpp"

namespace gatehouse::cli {

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kCannotRun = 126;
constexpr int kNotFound = 127;

Error usage(std::string text)
{
	return Error{0, std::move(text)};
}

std::string_view long_name(const Option &option)
{
	return option.names.substr(option.names.find("--"));
}

std::string verb_usage(const Tool &tool, const Verb &verb)
{
	return fmt::format("{}{}{}{}{}{}", tool.name, verb.name.empty() ? "" : " ", verb.name,
			   verb.options.empty() ? "" : " [OPTIONS]",
			   verb.synopsis.empty() ? "" : " ", verb.synopsis);
}

// What a usage error begins with: the verb; nothing in a program that has none.
std::string lead(const Verb &verb)
{
	return verb.name.empty() ? "" : fmt::format("{}: ", verb.name);
}

// A line of a list; what is too long for its column has it for itself.
std::string help_line(std::string_view what, std::string_view help)
{
	constexpr size_t kColumn = 22;

	return what.size() <= kColumn ? fmt::format("  {:<{}} {}\n", what, kColumn, help)
				      : fmt::format("  {}\n{:{}}{}\n", what, "", kColumn + 3, help);
}

std::string verb_help(const Tool &tool, const Verb &verb)
{
	std::string text = fmt::format("Usage: {}\n\n{}\n", verb_usage(tool, verb), verb.help);

	if (!verb.options.empty())
		text += "\nOptions:\n";
	for (const Option &option : verb.options) {
		std::string names(option.names);
		if (option.kind == Kind::Seconds)
			names += " SECONDS";
		else if (option.kind == Kind::Text)
			names += fmt::format(" {}", option.value);
		text += help_line(names, option.help);
	}
	return text;
}

std::string tool_help(const Tool &tool)
{
	std::string text = fmt::format("Usage: {} [VERB] [OPTIONS] [ARGS]\n\n{}\n\nVerbs:\n",
				       tool.name, tool.summary);

	for (const Verb &verb : tool.verbs)
		text += help_line(fmt::format("{} {}", verb.name, verb.synopsis), verb.help);
	text += fmt::format("\nWithout a verb: {}. {} VERB --help shows its options.\n",
			    tool.verbs.front().name, tool.name);
	return text;
}

// Up to what a poll in milliseconds can wait for, some days.
std::string check_seconds(const std::string &text)
{
	constexpr double kMost = 1e6;
	double value = 0;

	if (CLI::detail::lexical_cast(text, value) && value >= 0 && value <= kMost)
		return "";
	return fmt::format("'{}' is not a number of seconds", text);
}

const Verb *find_verb(const Tool &tool, std::string_view name)
{
	for (const Verb &verb : tool.verbs)
		if (verb.name == name)
			return &verb;
	return nullptr;
}

Error unknown_verb(const Tool &tool, std::string_view word)
{
	std::vector<std::string> names;

	for (const Verb &verb : tool.verbs)
		names.emplace_back(verb.name);
	const std::string near = suggestion(word, names);
	return usage(
		fmt::format("unknown verb '{}'{}", word, near.empty() ? "; see --help" : near));
}

Error unknown_option(const Verb &verb, std::string_view word)
{
	std::vector<std::string> names = {"--help"};

	for (const Option &option : verb.options)
		names.emplace_back(long_name(option));
	std::string hint = suggestion(word, names);
	if (hint.empty())
		hint = verb.synopsis.find("-- ") != verb.synopsis.npos
			       ? "; those of the command come after --"
			       : "; see --help";
	return usage(fmt::format("{}unknown option '{}'{}", lead(verb), word, hint));
}

} // namespace

Error usage_error(std::string text)
{
	return exit_error(kUsage, std::move(text));
}

// The code is no errno: those are positive.
Error exit_error(int status, std::string text)
{
	return Error{-status, std::move(text)};
}

Error cannot_run(std::string_view command, int code)
{
	const Error error = {code, fmt::format("run '{}'", output::escape(command))};

	return exit_error(code == ENOENT || code == ENOTDIR ? kNotFound : kCannotRun,
			  error.message());
}

std::span<const std::string> Args::words_before_dashes() const
{
	return std::span(words_).first(dashes_.value_or(words_.size()));
}

std::span<const std::string> Args::words_behind_dashes() const
{
	return std::span(words_).subspan(dashes_.value_or(words_.size()));
}

std::optional<double> Args::seconds(std::string_view name) const
{
	const auto found = seconds_.find(name);

	return found == seconds_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Args::text(std::string_view name) const
{
	const auto found = texts_.find(name);

	return found == texts_.end() ? std::nullopt : std::optional(found->second);
}

// Turns the words after the verb into Args, by CLI11.
struct Parser {
	const Verb &verb;
	CLI::App app;
	Args args;
	bool help = false;

	explicit Parser(const Verb &parsed_verb) : verb(parsed_verb)
	{
		app.set_help_flag();
		app.allow_extras();
		app.add_flag("-h,--help", help);
		for (const Option &option : verb.options)
			add(option);
	}

	void add(const Option &option)
	{
		const std::string names(option.names), name(long_name(option));

		if (option.kind == Kind::Flag)
			app.add_flag_callback(names, [this, name] { args.flags_[name] = true; });
		else if (option.kind == Kind::Text)
			app.add_option_function<std::string>(names, [this, name](const std::string
											 &value) {
				   args.texts_[name] = value;
			   })->type_name(std::string(option.value));
		else
			app.add_option_function<double>(names,
							[this, name](const double &value) {
								args.seconds_[name] = value;
							})
				->check(check_seconds, "")
				->type_name("SECONDS");
	}

	bool takes_value(std::string_view name) const
	{
		return std::ranges::any_of(verb.options, [&](const Option &option) {
			return option.kind != Kind::Flag && long_name(option) == name;
		});
	}

	// CLI11 would take the next word for the value of "--name=".
	std::vector<std::string> split_empty_values(std::span<const std::string> words) const
	{
		const auto dashes = std::ranges::find(words, "--");
		std::vector<std::string> all;

		for (auto word = words.begin(); word != words.end(); word++) {
			const std::string name =
				word->substr(0, word->size() - word->ends_with('='));
			const bool empty = word < dashes && name != *word && takes_value(name);
			all.push_back(empty ? name : *word);
			if (empty)
				all.emplace_back();
		}
		return all;
	}

	Result<void> parse(std::span<const std::string> words)
	{
		// CLI11 takes them from the back.
		std::vector<std::string> reversed = split_empty_values(words);
		std::ranges::reverse(reversed);

		try {
			app.parse(reversed);
		} catch (const CLI::ParseError &error) {
			return usage(fmt::format("{}{}", lead(verb), error.what()));
		}
		return take_words(app.remaining());
	}

	// What is no option of the verb. CLI11 would take "[a,b]" for two words.
	Result<void> take_words(const std::vector<std::string> &words)
	{
		for (const std::string &word : words) {
			if (!args.dashes_ && word == "--")
				args.dashes_ = args.words_.size();
			else if (!args.dashes_ && word.size() > 1 && word.starts_with('-'))
				return unknown_option(verb, word);
			else
				args.words_.push_back(word);
		}
		return {};
	}
};

static Result<Call> parse_verb(const Tool &tool, const Verb &verb,
			       std::span<const std::string> words)
{
	Parser parser(verb);

	TRY(parser.parse(words));
	if (parser.help)
		return Call{nullptr, {}, verb_help(tool, verb)};
	const auto given = parser.args.words();
	if (given.size() < verb.min)
		return usage(fmt::format("{}an argument is missing: {}", lead(verb),
					 verb_usage(tool, verb)));
	if (given.size() > verb.max)
		return usage(
			fmt::format("{}one argument too many: '{}'", lead(verb), given[verb.max]));
	return Call{&verb, std::move(parser.args), ""};
}

Result<Call> parse(const Tool &tool, std::span<const std::string> words)
{
	if (words.empty())
		return Call{&tool.verbs.front(), {}, ""};
	const std::string &first = words.front();
	if (first == "--help" || first == "-h")
		return Call{nullptr, {}, tool_help(tool)};
	if (first == "--version")
		return Call{nullptr, {}, fmt::format("{} {}\n", tool.name, GATEHOUSE_VERSION)};
	if (first.starts_with('-'))
		return parse_verb(tool, tool.verbs.front(), words);
	const Verb *verb = find_verb(tool, first);
	if (!verb)
		return unknown_verb(tool, first);
	return parse_verb(tool, *verb, words.subspan(1));
}

static std::vector<std::string> words_of(int argc, char **argv)
{
	return {argv + std::min(argc, 1), argv + argc};
}

// Makes the call, and says what went wrong.
static int finish(std::string_view name, const Result<Call> &call)
{
	if (!call.ok()) {
		fmt::print(stderr, "{}: {}\n", name, call.error().message());
		return kUsage;
	}
	const Call &made = call.value();
	const Result<void> result = made.verb ? made.verb->run(made.args) : output::text(made.text);
	if (result.ok())
		return 0;
	const Error &error = result.error();
	const std::string text = error.code < 0 ? error.attempted : error.message();
	if (!text.empty())
		fmt::print(stderr, "{}: {}\n", name, text);
	return error.code < 0 ? -error.code : kFailed;
}

int run(const Tool &tool, int argc, char **argv)
{
	return finish(tool.name, parse(tool, words_of(argc, argv)));
}

int run(const Program &program, int argc, char **argv)
{
	const Verb verb = {"", "", 0, 0, program.run, program.summary, program.options};
	const Tool tool = {program.name, program.summary, {&verb, 1}};
	const auto words = words_of(argc, argv);

	// The one verb has no name, so every word is an argument of its.
	if (words.size() == 1 && (words[0] == "--version" || words[0] == "-V"))
		return finish(tool.name, parse(tool, std::array{std::string("--version")}));
	return finish(tool.name, parse_verb(tool, verb, words));
}

} // namespace gatehouse::cli
