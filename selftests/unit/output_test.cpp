// SPDX-License-Identifier: GPL-2.0-or-later

#include "output.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "unique_fd.hpp"
#include "unit.hpp"

using namespace gatehouse;

// What a call prints on stdout, which goes to a file meanwhile: the TAP
// around it must not be mixed in.
template <typename Call> static std::pair<std::string, Result<void>> capture(Call call)
{
	const unit::Folder folder;
	const std::string path = folder.path() + "/out";
	const UniqueFd saved(dup(STDOUT_FILENO));
	const UniqueFd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));

	fflush(stdout);
	assert_true(dup2(file.get(), STDOUT_FILENO) >= 0);
	Result<void> result = call();
	assert_true(dup2(saved.get(), STDOUT_FILENO) >= 0);

	std::ifstream stream(path);
	return {std::string(std::istreambuf_iterator<char>(stream), {}), std::move(result)};
}

static void columns_are_as_wide_as_they_need(void **)
{
	output::Table table({"NAME", "HOST"});

	table.add({"org.test.0", "yes"});
	table.add({"", "no"});
	assert_string_equal(table.format().c_str(), "NAME        HOST\n"
						    "org.test.0  yes\n"
						    "-           no\n");
}

static void a_name_can_not_break_its_line(void **)
{
	output::Table table({"NAME"});

	table.add({"a\nb\x1b[31m\"\xc3"});
	assert_string_equal(table.format().c_str(), "NAME\na\\nb\\x1b[31m\\\"\\xc3\n");
}

static void json_survives_bytes_that_are_no_utf8(void **)
{
	const auto [printed, result] = capture([] {
		return output::json_line({{"name", "\xff\"x"}});
	});

	unit::expect_ok(result);
	assert_string_equal(printed.c_str(), "{\"name\":\"\xef\xbf\xbd\\\"x\"}\n");
}

static void json_of_a_listing_is_pretty_and_in_order(void **)
{
	const auto [printed, result] = capture([] {
		output::Json json = {{"z", 1}, {"a", nullptr}};
		return output::json(json);
	});

	unit::expect_ok(result);
	assert_string_equal(printed.c_str(), "{\n  \"z\": 1,\n  \"a\": null\n}\n");
}

static void a_full_disk_is_an_error(void **)
{
	const UniqueFd saved(dup(STDOUT_FILENO));
	const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));

	fflush(stdout);
	assert_true(dup2(full.get(), STDOUT_FILENO) >= 0);
	const auto result = output::text("x");
	assert_true(dup2(saved.get(), STDOUT_FILENO) >= 0);
	assert_true(result.failed_with(ENOSPC));
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(columns_are_as_wide_as_they_need),
	cmocka_unit_test(a_name_can_not_break_its_line),
	cmocka_unit_test(json_survives_bytes_that_are_no_utf8),
	cmocka_unit_test(json_of_a_listing_is_pretty_and_in_order),
	cmocka_unit_test(a_full_disk_is_an_error),
};

UNIT_MAIN(kTests)
