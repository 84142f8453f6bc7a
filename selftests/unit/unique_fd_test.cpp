// SPDX-License-Identifier: GPL-2.0-or-later

#include "unique_fd.hpp"

#include <fcntl.h>

#include "unit.hpp"

using gatehouse::UniqueFd;

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void it_closes_when_it_goes(void **)
{
	int raw;

	{
		const UniqueFd fd(dup(0));
		raw = fd.get();
		assert_true(is_open(raw));
	}
	assert_false(is_open(raw));
}

static void a_move_leaves_nothing_behind(void **)
{
	UniqueFd first(dup(0));
	const int raw = first.get();
	const UniqueFd second(std::move(first));

	assert_false(static_cast<bool>(first));
	assert_int_equal(second.get(), raw);
	assert_true(is_open(raw));
}

static void an_assignment_closes_what_was_held(void **)
{
	UniqueFd fd(dup(0));
	const int old = fd.get();
	UniqueFd other(dup(0));
	const int kept = other.get();

	fd = std::move(other);
	other.reset();
	assert_false(is_open(old));
	assert_int_equal(fd.get(), kept);
	assert_true(is_open(kept));
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(it_closes_when_it_goes),
	cmocka_unit_test(a_move_leaves_nothing_behind),
	cmocka_unit_test(an_assignment_closes_what_was_held),
};

UNIT_MAIN(kTests)
