// SPDX-License-Identifier: GPL-2.0-or-later
//
// F12: what is frozen stays mounted; what is unmounted lazily thaws all the same.

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <string>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "test.hpp"

namespace gatehouse::test {

TEST(what_is_frozen_cannot_be_unmounted)
{
	const Filesystem filesystem;
	Freeze freeze(filesystem, {});
	EXPECT_EQ(filesystem.unmount(), EBUSY);
	ASSERT_EQ(freeze.thaw(), 0);
	freeze.close();
	EXPECT_EQ(filesystem.unmount(), 0);
}

TEST(another_mount_of_it_may_go)
{
	const Filesystem filesystem;
	command("mkdir -p /run/other && mount --bind " + filesystem.path() + " /run/other");
	on_exit([] { (void)umount2("/run/other", MNT_DETACH); });
	const Freeze freeze(filesystem, {});
	ASSERT_CALL(umount2("/run/other", 0));
	EXPECT_TRUE(filesystem.is_frozen());
}

TEST(a_lazy_unmount_leaves_it_to_the_last_close)
{
	const Filesystem filesystem;
	Freeze freeze(filesystem, {});
	struct stat file = {};
	ASSERT_CALL(stat(filesystem.path().c_str(), &file));
	const std::string backing =
		"/sys/block/loop" + std::to_string(minor(file.st_dev)) + "/loop/backing_file";
	EXPECT_EQ(filesystem.unmount(MNT_DETACH), 0);
	EXPECT_EQ(freeze.state(), static_cast<uint32_t>(FS_FREEZE_FROZEN));
	EXPECT_EQ(freeze.thaw(), 0);
	ASSERT_EQ(freeze.freeze(), 0);
	EXPECT_EQ(stat(backing.c_str(), &file), 0);
	freeze.close();
	ASSERT_EVENTUALLY(stat(backing.c_str(), &file) != 0);
}

} // namespace gatehouse::test
