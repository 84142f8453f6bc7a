// SPDX-License-Identifier: GPL-2.0-or-later
//
// The device mapper freezes what is mounted from it when it suspends a device,
// and a suspended device is one that a thaw may wait for.

#include <cstdlib>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

// 0 when dmsetup has done it.
int dmsetup(const std::string &what)
{
	return std::system(("DM_DISABLE_UDEV=1 dmsetup " + what).c_str());
}

Filesystem make()
{
	return Filesystem("/run/freeze", Filesystem::Device::kDm);
}

bool nests()
{
	return device_info().features & FS_FREEZE_FEAT_NEST;
}

} // namespace

// F11
TEST(a_suspend_of_the_device_under_a_freeze_nests_or_is_refused, .topology = "dm")
{
	const Filesystem filesystem = make();
	const Freeze freeze(filesystem, {});
	EXPECT_EQ(dmsetup("suspend " + filesystem.dm_name()) == 0, nests());
	EXPECT_EQ(dmsetup("resume " + filesystem.dm_name()), 0);
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(freeze.thaw(), 0);
	EXPECT_TRUE(!filesystem.is_frozen());
	filesystem.make_dirty();
}

TEST(a_freeze_over_a_suspend_of_the_device_nests_or_is_refused, .topology = "dm")
{
	const Filesystem filesystem = make();
	ASSERT_EQ(dmsetup("suspend " + filesystem.dm_name()), 0);
	const Freeze freeze(filesystem);
	EXPECT_EQ(freeze.freeze(), nests() ? 0 : EBUSY);
	EXPECT_EQ(dmsetup("resume " + filesystem.dm_name()), 0);
	EXPECT_EQ(filesystem.is_frozen(), nests());
	EXPECT_EQ(freeze.thaw(), nests() ? 0 : EINVAL);
	EXPECT_TRUE(!filesystem.is_frozen());
	filesystem.make_dirty();
}

// F24
TEST(a_thaw_that_waits_for_its_device_delays_no_other, .topology = "dm")
{
	const Filesystem stuck = make();
	const Filesystem other;
	const Freeze freeze({&other, &stuck}, Freeze::Order::kAscending, {});
	ASSERT_EQ(dmsetup("suspend --nolockfs " + stuck.dm_name()), 0);
	EXPECT_EQ(freeze.thaw(2000), EINPROGRESS);
	EXPECT_EQ(freeze.state(), static_cast<uint32_t>(FS_FREEZE_THAWING));
	EXPECT_TRUE(!other.is_frozen());
	other.make_dirty();
	EXPECT_EQ(freeze.freeze(), EBUSY);
	ASSERT_EQ(dmsetup("resume " + stuck.dm_name()), 0);
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_THAWED);
	stuck.make_dirty();
}

} // namespace gatehouse::test
