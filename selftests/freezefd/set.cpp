// SPDX-License-Identifier: GPL-2.0-or-later
//
// Several filesystems in one descriptor: their order, and all or nothing.

#include <memory>
#include <vector>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kShort = 1000; // ms; a deadline that is waited for

std::vector<std::unique_ptr<Filesystem>> make(size_t count)
{
	std::vector<std::unique_ptr<Filesystem>> all;
	while (all.size() < count)
		all.push_back(std::make_unique<Filesystem>());
	return all;
}

std::vector<const Filesystem *> borrow(const std::vector<std::unique_ptr<Filesystem>> &all)
{
	std::vector<const Filesystem *> some;
	for (const auto &one : all)
		some.push_back(one.get());
	return some;
}

} // namespace

// F23
TEST(thirty_two_filesystems_are_frozen_together, .deadline = 60)
{
	const auto all = make(32);
	const Freeze freeze(borrow(all));
	ASSERT_EQ(freeze.freeze(), 0);
	EXPECT_EQ(freeze.status().nr_frozen, 32U);
	for (const auto &one : all)
		EXPECT_TRUE(one->is_frozen());
	ASSERT_EQ(freeze.thaw(), 0);
	for (const auto &one : all)
		EXPECT_TRUE(!one->is_frozen());
}

TEST(levels_of_any_number_are_frozen_and_thawed)
{
	const auto all = make(4);
	const Freeze freeze(borrow(all), Freeze::Order::kAscending);
	for (unsigned round = 0; round < 3; round++) {
		ASSERT_EQ(freeze.freeze(), 0);
		EXPECT_EQ(freeze.status().nr_frozen, 4U);
		ASSERT_EQ(freeze.thaw(), 0);
		EXPECT_EQ(freeze.status().nr_frozen, 0U);
	}
}

// F13
TEST(a_stack_is_frozen_from_its_top)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());
	const Freeze freeze({&upper, &lower}, Freeze::Order::kAscending);
	for (unsigned round = 0; round < 3; round++) {
		upper.make_dirty();
		ASSERT_EQ(freeze.freeze(), 0);
		ASSERT_EQ(freeze.thaw(), 0);
	}
}

// F13: what a stock guest never gets out of.
TEST(a_stack_in_the_wrong_order_ends_in_etimedout)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());
	upper.make_dirty();
	const Freeze freeze({&lower, &upper}, Freeze::Order::kAscending);
	EXPECT_EQ(freeze.freeze(kShort), ETIMEDOUT);
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_THAWED);
	EXPECT_TRUE(!lower.is_frozen());
	EXPECT_TRUE(!upper.is_frozen());
	upper.make_dirty();
}

// With nothing to write the freeze succeeds, and the thaw has to write.
TEST(a_clean_stack_in_the_wrong_order_is_thawed_all_the_same)
{
	const Filesystem lower;
	const Filesystem upper(lower.path());
	command("sync");
	const Freeze freeze({&lower, &upper}, Freeze::Order::kAscending);
	if (freeze.freeze(kShort) == 0)
		EXPECT_EQ(freeze.thaw(), 0);
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_THAWED);
	upper.make_dirty();
}

TEST(sets_may_share_filesystems)
{
	const Filesystem a;
	const Filesystem b;
	const Filesystem c;
	const Freeze left({&a, &b});
	const Freeze right({&b, &c});
	ASSERT_EQ(left.freeze(), 0);
	ASSERT_EQ(right.freeze(), 0);
	ASSERT_EQ(left.thaw(), 0);
	EXPECT_TRUE(!a.is_frozen());
	EXPECT_TRUE(b.is_frozen());
	EXPECT_TRUE(c.is_frozen());
	ASSERT_EQ(right.thaw(), 0);
	EXPECT_TRUE(!b.is_frozen());
}

} // namespace gatehouse::test
