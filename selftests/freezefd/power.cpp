// SPDX-License-Identifier: GPL-2.0-or-later
//
// F19: the machine does not go to sleep with something frozen.

#include <fcntl.h>
#include <unistd.h>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

TEST(the_machine_does_not_sleep_while_something_is_frozen)
{
	const Filesystem filesystem;
	const UniqueFd state = ASSERT_OK(sys::open("/sys/power/state", O_WRONLY));
	const Freeze freeze(filesystem, {});
	EXPECT_FAILS(write(state.get(), "freeze", 6), EBUSY);
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(freeze.thaw(), 0);
	EXPECT_EQ(freeze.freeze(), 0);
}

} // namespace gatehouse::test
