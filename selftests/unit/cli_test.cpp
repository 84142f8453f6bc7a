// SPDX-License-Identifier: GPL-2.0-or-later

#include "cli.hpp"

#include <string>
#include <vector>

#include "unit.hpp"

using namespace gatehouse;

static Result<void> do_nothing(const cli::Args &)
{
	return {};
}

static constexpr cli::Option kOptions[] = {
	{"-f,--follow", cli::Kind::Flag, "go on"},
	{"--timeout", cli::Kind::Seconds, "give up"},
	{"-o,--output", cli::Kind::Text, "write there", "FILE"},
};

static constexpr cli::Verb kVerbs[] = {
	{"list", "", 0, 0, do_nothing, "show", kOptions},
	{"send", "PORT [FILE]", 1, 2, do_nothing, "send", kOptions},
	{"run", "PORT -- COMMAND [ARGUMENT...]", 2, cli::kAnyNumber, do_nothing, "run it", {}},
};

static constexpr cli::Tool kTool = {"tool", "A tool.", kVerbs};

static Result<cli::Call> parse(const std::vector<std::string> &words)
{
	return cli::parse(kTool, words);
}

static void no_verb_is_the_listing_one(void **)
{
	assert_ptr_equal(unit::expect_ok(parse({})).verb, &kVerbs[0]);

	const auto call = unit::expect_ok(parse({"--follow"}));
	assert_ptr_equal(call.verb, &kVerbs[0]);
	assert_true(call.args.flag("--follow"));
}

static void words_and_options_may_be_mixed(void **)
{
	const auto call =
		unit::expect_ok(parse({"send", "port", "-f", "--timeout", "1.5", "file"}));

	assert_ptr_equal(call.verb, &kVerbs[1]);
	assert_int_equal(call.args.words().size(), 2);
	assert_string_equal(call.args.words()[0].c_str(), "port");
	assert_string_equal(call.args.words()[1].c_str(), "file");
	assert_true(call.args.flag("--follow"));
	assert_true(call.args.seconds("--timeout") == 1.5);
}

static void what_is_not_given_is_not_there(void **)
{
	const auto call = unit::expect_ok(parse({"send", "port"}));

	assert_false(call.args.flag("--follow"));
	assert_false(call.args.seconds("--timeout").has_value());
	assert_false(call.args.text("--output").has_value());
}

static void a_text_is_taken_as_it_is(void **)
{
	for (const auto &words : {std::vector<std::string>{"send", "a", "-o", "[x,y]"},
				  {"send", "a", "--output=[x,y]"}}) {
		const auto call = unit::expect_ok(parse(words));
		assert_string_equal(call.args.text("--output").value_or("").c_str(), "[x,y]");
		assert_int_equal(call.args.words().size(), 1);
	}
}

static void two_dashes_end_the_options(void **)
{
	const auto call = unit::expect_ok(parse({"send", "--", "--follow", "-f"}));

	assert_int_equal(call.args.words().size(), 2);
	assert_string_equal(call.args.words()[0].c_str(), "--follow");
	assert_false(call.args.flag("--follow"));
}

static void an_empty_value_is_one(void **)
{
	for (const std::vector<std::string> &words :
	     {std::vector<std::string>{"send", "--output=", "port"},
	      {"send", "--output", "", "port"}}) {
		const auto call = unit::expect_ok(parse(words));
		assert_int_equal(call.args.words().size(), 1);
		assert_string_equal(call.args.text("--output").value().c_str(), "");
	}
	const auto behind = unit::expect_ok(parse({"send", "--", "--output="}));
	assert_string_equal(behind.args.words()[0].c_str(), "--output=");
}

static void words_are_before_and_behind_the_first_dashes(void **)
{
	const auto both = unit::expect_ok(parse({"send", "a", "--", "--"}));

	assert_int_equal(both.args.words_before_dashes().size(), 1);
	assert_int_equal(both.args.words_behind_dashes().size(), 1);
	assert_string_equal(both.args.words_behind_dashes()[0].c_str(), "--");
	const auto none = unit::expect_ok(parse({"send", "a", "b"}));
	assert_int_equal(none.args.words_before_dashes().size(), 2);
	assert_int_equal(none.args.words_behind_dashes().size(), 0);
}

static void words_are_taken_as_they_are(void **)
{
	for (const char *word : {"[a,b]", "[]", "", "-", "a=b", "{}", "%%", "a b"}) {
		const auto call = unit::expect_ok(parse({"send", word, "file"}));

		assert_int_equal(call.args.words().size(), 2);
		assert_string_equal(call.args.words()[0].c_str(), word);
	}
}

// Each mistake, and the one line that names it.
static void a_usage_error_names_the_mistake(void **)
{
	static const struct {
		std::vector<std::string> words;
		const char *message;
	} kCases[] = {
		{{"lst"}, "unknown verb 'lst'; did you mean 'list'?"},
		{{"xyzzy"}, "unknown verb 'xyzzy'; see --help"},
		{{"send"}, "send: an argument is missing: tool send [OPTIONS] PORT [FILE]"},
		{{"send", "a", "b", "c"}, "send: one argument too many: 'c'"},
		{{"list", "a"}, "list: one argument too many: 'a'"},
		{{"send", "a", "--folow"},
		 "send: unknown option '--folow'; did you mean '--follow'?"},
		{{"--nonsense"}, "list: unknown option '--nonsense'; see --help"},
		{{"run", "a", "ls", "-l"},
		 "run: unknown option '-l'; those of the command come after --"},
		{{"send", "a", "--timeout", "soon"},
		 "send: --timeout: 'soon' is not a number of seconds"},
		{{"send", "a", "--timeout"}, "send: --timeout: 1 required SECONDS missing"},
		{{"send", "a", "--timeout=-1"}, "send: --timeout: '-1' is not a number of seconds"},
		{{"send", "a", "--timeout=1e9"},
		 "send: --timeout: '1e9' is not a number of seconds"},
	};

	for (const auto &row : kCases) {
		const auto call = parse(row.words);
		assert_false(call.ok());
		assert_string_equal(call.error().message().c_str(), row.message);
	}
}

static void help_is_a_text_and_no_call(void **)
{
	const auto tool = unit::expect_ok(parse({"--help"}));
	const auto verb = unit::expect_ok(parse({"send", "--help"}));

	assert_null(tool.verb);
	assert_non_null(strstr(tool.text.c_str(), "\n  send PORT [FILE]       send\n"));
	assert_non_null(strstr(tool.text.c_str(), "\n  run PORT -- COMMAND [ARGUMENT...]\n"
						  "                         run it\n"));
	assert_null(verb.verb);
	assert_non_null(strstr(verb.text.c_str(), "--timeout SECONDS"));
	assert_non_null(strstr(verb.text.c_str(), "-o,--output FILE"));
	assert_null(unit::expect_ok(parse({"--version"})).verb);
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(no_verb_is_the_listing_one),
	cmocka_unit_test(words_and_options_may_be_mixed),
	cmocka_unit_test(what_is_not_given_is_not_there),
	cmocka_unit_test(a_text_is_taken_as_it_is),
	cmocka_unit_test(two_dashes_end_the_options),
	cmocka_unit_test(an_empty_value_is_one),
	cmocka_unit_test(words_are_before_and_behind_the_first_dashes),
	cmocka_unit_test(words_are_taken_as_they_are),
	cmocka_unit_test(a_usage_error_names_the_mistake),
	cmocka_unit_test(help_is_a_text_and_no_call),
};

UNIT_MAIN(kTests)
