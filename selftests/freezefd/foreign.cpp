// SPDX-License-Identifier: GPL-2.0-or-later
//
// Others freeze and thaw by the ioctls of old. Since 6.6 they have freezes of
// their own; before, there is one for all, and a loss must not go unseen.

#include <poll.h>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

bool nests()
{
	return device_info().features & FS_FREEZE_FEAT_NEST;
}

// FITHAW does nothing: 7.2 says EINVAL, 6.12 says so or not; a guard EBUSY.
void expect_thaw_in_vain(const Filesystem &filesystem)
{
	const int result = filesystem.fithaw();
	EXPECT_TRUE(nests() ? result == 0 || result == EINVAL : result == EBUSY);
	EXPECT_TRUE(filesystem.is_frozen());
}

} // namespace

// F9
TEST(a_foreign_thaw_is_told_or_does_nothing)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {});
	(void)freeze.status();
	if (nests()) {
		expect_thaw_in_vain(filesystem);
		EXPECT_EQ(freeze.bits(), 0);
		EXPECT_EQ(freeze.thaw(), 0);
		return;
	}
	EXPECT_EQ(filesystem.fithaw(), 0);
	EXPECT_EQ(freeze.bits(), POLLIN | POLLPRI | POLLERR);
	EXPECT_EQ(freeze.status().lost, FS_FREEZE_LOST_FOREIGN);
	EXPECT_EQ(freeze.extend(), ESTALE);
	EXPECT_EQ(freeze.thaw(), ESTALE);
}

TEST(a_foreign_thaw_of_one_ends_the_freeze_of_all)
{
	const Filesystem a;
	const Filesystem b;
	const Freeze freeze({&a, &b}, Freeze::Order::kAscending, {});
	if (nests())
		skip("no foreign thaw does anything on this kernel");
	EXPECT_EQ(a.fithaw(), 0);
	EXPECT_EQ(freeze.thaw(), ESTALE);
	EXPECT_TRUE(!b.is_frozen());
}

TEST(a_foreign_thaw_ends_the_freezes_of_all_holders)
{
	const Filesystem filesystem;
	const Freeze one(filesystem, {});
	const Freeze two(filesystem, {});
	if (nests())
		skip("no foreign thaw does anything on this kernel");
	EXPECT_EQ(filesystem.fithaw(), 0);
	EXPECT_EQ(one.thaw(), ESTALE);
	EXPECT_EQ(two.thaw(), ESTALE);
	EXPECT_EQ(two.freeze(), 0);
	EXPECT_TRUE(filesystem.is_frozen());
}

// F9: what one asks for who can't bear a loss.
TEST(a_guarded_freeze_is_not_thawed_by_others)
{
	const Filesystem filesystem;
	Freeze freeze(filesystem, {.flags = FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_GUARD});
	expect_thaw_in_vain(filesystem);
	EXPECT_EQ(freeze.status().lost, 0U);
	EXPECT_EQ(freeze.thaw(), 0);
	EXPECT_TRUE(!filesystem.is_frozen());
	EXPECT_EQ(filesystem.fithaw(), EINVAL);
	ASSERT_EQ(filesystem.fifreeze(), 0);
	EXPECT_EQ(filesystem.fithaw(), 0);
}

// Whoever came first.
TEST(one_guard_is_enough)
{
	const Filesystem filesystem;
	Freeze one(filesystem, {});
	Freeze two(filesystem, {.flags = FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_GUARD});
	expect_thaw_in_vain(filesystem);
	two.close();
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(one.thaw(), 0);
	EXPECT_TRUE(!filesystem.is_frozen());
}

TEST(the_parameter_guards_every_freeze)
{
	const std::string parameter = "/sys/module/freezefd/parameters/guard";
	on_exit([=] { command("echo N >" + parameter); });
	command("echo Y >" + parameter);
	EXPECT_EQ(device_info().features & FS_FREEZE_FEAT_GUARD, FS_FREEZE_FEAT_GUARD);
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {});
	expect_thaw_in_vain(filesystem);
	EXPECT_EQ(freeze.thaw(), 0);
}

// SysRq asks no guard; what it thaws is told, and the guard is taken away.
TEST(what_no_guard_keeps_is_told)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {.flags = FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_GUARD});
	command("echo j >/proc/sysrq-trigger");
	if (nests()) {
		EXPECT_EQ(freeze.thaw(), 0);
		return;
	}
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_THAWED);
	EXPECT_EQ(freeze.thaw(), ESTALE);
	ASSERT_EVENTUALLY(filesystem.fithaw() == EINVAL);
}

// Ours goes, and must not take with it what came after.
TEST(a_lost_freeze_does_not_thaw_that_of_another)
{
	const Filesystem filesystem;
	Freeze freeze(filesystem, {});
	if (nests())
		skip("no foreign thaw does anything on this kernel");
	EXPECT_EQ(filesystem.fithaw(), 0);
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_THAWED);
	ASSERT_EQ(filesystem.fifreeze(), 0);
	freeze.close();
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(filesystem.fithaw(), 0);
}

// F10
TEST(a_foreign_freeze_that_came_first_stays)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	ASSERT_EQ(filesystem.fifreeze(), 0);
	Freeze freeze(filesystem);
	if (nests()) {
		ASSERT_EQ(freeze.freeze(), 0);
		EXPECT_EQ(query(root.get()).user_holders, 1U);
		EXPECT_EQ(freeze.status().nr_foreign, 1U);
		EXPECT_EQ(freeze.thaw(), 0);
	} else {
		EXPECT_EQ(freeze.freeze(), EBUSY);
		EXPECT_EQ(freeze.state(), static_cast<uint32_t>(FS_FREEZE_THAWED));
	}
	freeze.close();
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(filesystem.fithaw(), 0);
	EXPECT_TRUE(!filesystem.is_frozen());
}

// All or nothing, with the target's error.
TEST(a_set_with_one_that_others_freeze_leaves_nothing_frozen)
{
	const Filesystem a;
	const Filesystem b;
	if (nests())
		skip("a foreign freeze excludes nobody on this kernel");
	ASSERT_EQ(b.fifreeze(), 0);
	const Freeze freeze({&a, &b}, Freeze::Order::kAscending);
	EXPECT_EQ(freeze.freeze(), EBUSY);
	EXPECT_TRUE(!a.is_frozen());
	EXPECT_EQ(freeze.status().error, -EBUSY);
	EXPECT_EQ(freeze.status().lost, 0U);
	EXPECT_EQ(b.fithaw(), 0);
	EXPECT_EQ(freeze.freeze(), 0);
}

// The other way round
TEST(a_foreign_freeze_of_what_we_hold_nests_or_is_refused)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {});
	EXPECT_EQ(filesystem.fifreeze(), nests() ? 0 : EBUSY);
	EXPECT_EQ(freeze.thaw(), 0);
	EXPECT_EQ(filesystem.is_frozen(), nests());
	EXPECT_EQ(filesystem.fithaw(), nests() ? 0 : EINVAL);
}

} // namespace gatehouse::test
