// SPDX-License-Identifier: GPL-2.0-or-later

#include <cerrno>
#include <memory>

#include "unit.hpp"

using namespace gatehouse;

static Result<int> half(int number)
{
	if (number % 2)
		return Error{EINVAL, "halve " + std::to_string(number)};
	return number / 2;
}

static Result<int> quarter(int number)
{
	return TRY(half(TRY(half(number))));
}

static Result<void> only_even(int number)
{
	TRY(half(number));
	return {};
}

static void try_takes_the_value(void **)
{
	assert_int_equal(unit::expect_ok(quarter(12)), 3);
	assert_true(only_even(2).ok());
}

static void try_returns_the_first_error(void **)
{
	const auto result = quarter(6);

	assert_true(result.failed_with(EINVAL));
	assert_false(result.failed_with(EIO));
	assert_string_equal(result.error().attempted.c_str(), "halve 3");
	assert_true(only_even(1).failed_with(EINVAL));
}

static void a_value_may_be_move_only(void **)
{
	Result<std::unique_ptr<int>> result(std::make_unique<int>(7));

	assert_int_equal(*result.take(), 7);
}

static void a_message_names_the_attempt_and_the_errno(void **)
{
	assert_string_equal((Error{EACCES, "open '/dev/kvm'"}.message().c_str()),
			    "open '/dev/kvm': Permission denied");
	assert_string_equal((Error{0, "no such verb"}.message().c_str()), "no such verb");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(try_takes_the_value),
	cmocka_unit_test(try_returns_the_first_error),
	cmocka_unit_test(a_value_may_be_move_only),
	cmocka_unit_test(a_message_names_the_attempt_and_the_errno),
};

UNIT_MAIN(kTests)
