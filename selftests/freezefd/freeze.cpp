// SPDX-License-Identifier: GPL-2.0-or-later
//
// One filesystem, one holder: frozen, thawed, and lost to the deadline.

#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/core.h>

#include "file.hpp"
#include "filesystem.hpp"
#include "freeze.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kShort = 500; // ms; a deadline that is waited for

} // namespace

TEST(what_is_frozen_is_not_written_to)
{
	const Filesystem filesystem;
	const UniqueFd file = filesystem.create("file");
	const Freeze freeze(filesystem);
	EXPECT_TRUE(!filesystem.is_frozen());
	ASSERT_EQ(freeze.freeze(), 0);
	EXPECT_TRUE(filesystem.is_frozen());
	Worker writer([&] { return write(file.get(), "text", 4); });
	writer.wait_asleep(SYS_write);
	ASSERT_EQ(freeze.thaw(), 0);
	EXPECT_EQ(writer.result(), 4);
	EXPECT_TRUE(!filesystem.is_frozen());
}

TEST(a_close_thaws)
{
	const Filesystem filesystem;
	Freeze freeze(filesystem, {});
	EXPECT_TRUE(filesystem.is_frozen());
	freeze.close();
	EXPECT_TRUE(!filesystem.is_frozen());
	EXPECT_EQ(filesystem.unmount(), 0);
}

TEST(the_status_tells_of_each_step)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	fs_freeze_status status = freeze.status();
	EXPECT_EQ(status.state, static_cast<uint32_t>(FS_FREEZE_THAWED));
	EXPECT_EQ(status.generation, 0U);
	EXPECT_EQ(status.nr_targets, 1U);
	EXPECT_EQ(status.remaining_ms, 0U);
	for (unsigned round = 1; round <= 3; round++) {
		ASSERT_EQ(freeze.freeze(), 0);
		status = freeze.status();
		EXPECT_EQ(status.state, static_cast<uint32_t>(FS_FREEZE_FROZEN));
		EXPECT_EQ(status.generation, round);
		EXPECT_EQ(status.nr_frozen, 1U);
		EXPECT_EQ(status.lost, 0U);
		ASSERT_GT(status.remaining_ms, 0U);
		ASSERT_GT(status.frozen_since_ns, 0U);
		ASSERT_EQ(freeze.thaw(), 0);
	}
	EXPECT_EQ(freeze.status().frozen_since_ns, 0U);
}

TEST(who_has_frozen_cannot_freeze_again)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {});
	EXPECT_EQ(freeze.freeze(), EBUSY);
	EXPECT_EQ(freeze.state(), static_cast<uint32_t>(FS_FREEZE_FROZEN));
}

TEST(what_is_not_frozen_cannot_be_thawed_or_extended)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	EXPECT_EQ(freeze.thaw(), EINVAL);
	EXPECT_EQ(freeze.extend(), EINVAL);
	ASSERT_EQ(freeze.freeze(), 0);
	ASSERT_EQ(freeze.thaw(), 0);
	EXPECT_EQ(freeze.thaw(), EINVAL);
}

TEST(the_deadline_thaws)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	ASSERT_EQ(freeze.freeze(kShort), 0);
	ASSERT_EVENTUALLY(!filesystem.is_frozen());
	EXPECT_EQ(freeze.status().lost, FS_FREEZE_LOST_TIMEOUT);
	EXPECT_EQ(freeze.extend(), ETIMEDOUT);
	EXPECT_EQ(freeze.thaw(), ETIMEDOUT);
	EXPECT_EQ(freeze.thaw(), ETIMEDOUT);
	ASSERT_EQ(freeze.freeze(), 0);
	EXPECT_EQ(freeze.status().lost, 0U);
	EXPECT_EQ(freeze.thaw(), 0);
}

TEST(an_extension_puts_the_deadline_off)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	ASSERT_EQ(freeze.freeze(kShort), 0);
	ASSERT_EQ(freeze.extend(60000), 0);
	pollfd one = {.fd = freeze.fd(), .events = POLLPRI, .revents = 0};
	EXPECT_EQ(poll(&one, 1, 2 * kShort), 0);
	EXPECT_TRUE(filesystem.is_frozen());
	ASSERT_EQ(freeze.extend(1), 0);
	ASSERT_EVENTUALLY(!filesystem.is_frozen());
	EXPECT_EQ(freeze.thaw(), ETIMEDOUT);
}

// F2: nobody but the kernel can end this.
TEST(a_holder_that_writes_to_what_it_has_frozen_goes_on_after_the_deadline)
{
	const Filesystem filesystem;
	const UniqueFd file = filesystem.create("log");
	const Freeze freeze(filesystem);
	ASSERT_EQ(freeze.freeze(kShort), 0);
	EXPECT_EQ(write(file.get(), "text", 4), 4);
	EXPECT_EQ(freeze.extend(), ETIMEDOUT);
}

// F17
TEST(a_store_to_a_mapping_waits_no_longer_than_the_deadline)
{
	const Filesystem filesystem;
	const UniqueFd file = filesystem.create("mapped");
	ASSERT_CALL(ftruncate(file.get(), 4096));
	auto *page = static_cast<char *>(
		mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0));
	ASSERT_TRUE(page != MAP_FAILED);
	const Freeze freeze(filesystem);
	ASSERT_EQ(freeze.freeze(kShort), 0);
	*page = 'x';
	EXPECT_EQ(freeze.thaw(), ETIMEDOUT);
}

// F16: who thaws too late must not believe in its snapshot.
TEST(a_thaw_after_the_deadline_is_an_error)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	ASSERT_EQ(freeze.freeze(kShort), 0);
	pollfd one = {.fd = freeze.fd(), .events = POLLPRI, .revents = 0};
	ASSERT_EQ(poll(&one, 1, 10000), 1);
	EXPECT_EQ(one.revents & (POLLPRI | POLLERR | POLLHUP), POLLPRI | POLLERR);
	EXPECT_EQ(freeze.thaw(), ETIMEDOUT);
}

TEST(poll_tells_of_changes_until_they_are_fetched)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	EXPECT_EQ(freeze.bits(), 0);
	ASSERT_EQ(freeze.freeze(), 0);
	EXPECT_EQ(freeze.bits(), POLLIN);
	EXPECT_EQ(freeze.bits(), POLLIN);
	(void)freeze.status();
	EXPECT_EQ(freeze.bits(), 0);
	ASSERT_EQ(freeze.thaw(), 0);
	EXPECT_EQ(freeze.bits(), POLLIN);
}

TEST(without_waiting_poll_tells_the_end)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {.flags = FS_FREEZE_FD_FREEZE | FS_FREEZE_FD_NONBLOCK});
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_FROZEN);
	EXPECT_TRUE(filesystem.is_frozen());
	ASSERT_EQ(freeze.thaw(), 0);
	ASSERT_EVENTUALLY(freeze.state() == FS_FREEZE_THAWED);
	EXPECT_TRUE(!filesystem.is_frozen());
}

// F8
TEST(a_filesystem_is_frozen_until_its_last_holder_goes)
{
	const Filesystem filesystem;
	Freeze one(filesystem, {});
	Freeze two(filesystem, {});
	one.close();
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(two.status().lost, 0U);
	Freeze three(filesystem, {});
	EXPECT_EQ(two.thaw(), 0);
	EXPECT_TRUE(filesystem.is_frozen());
	EXPECT_EQ(three.thaw(), 0);
	EXPECT_TRUE(!filesystem.is_frozen());
}

TEST(thaw_all_ends_every_freeze)
{
	const Filesystem a;
	const Filesystem b;
	const Freeze one(a, {});
	const Freeze both({&a, &b}, Freeze::Order::kAscending, {});
	thaw_all();
	EXPECT_TRUE(!a.is_frozen());
	EXPECT_TRUE(!b.is_frozen());
	EXPECT_EQ(one.status().lost, FS_FREEZE_LOST_FORCED);
	EXPECT_EQ(one.thaw(), ESTALE);
	EXPECT_EQ(both.thaw(), ESTALE);
}

TEST(fdinfo_tells_the_state)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {.cookie = 4711});
	const std::string info =
		ASSERT_OK(read_file(fmt::format("/proc/self/fdinfo/{}", freeze.fd())));
	for (const char *line : {"state:\tfrozen\n", "lost:\tno\n", "cookie:\t4711\n",
				 "generation:\t1\n", " level 0 frozen error 0"})
		EXPECT_TRUE(info.find(line) != std::string::npos);
}

} // namespace gatehouse::test
