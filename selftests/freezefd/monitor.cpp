// SPDX-License-Identifier: GPL-2.0-or-later
//
// F18: anyone may hear of freezes.

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "syscall.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uid_t kNobody = 65534;

// The device, opened and read by one without rights.
class Monitor
{
public:
	Monitor()
	{
		ASSERT_CALL(syscall(SYS_setresuid, -1, kNobody, -1));
		device_ = open_device(O_NONBLOCK);
		ASSERT_CALL(syscall(SYS_setresuid, -1, 0, -1));
	}

	int fd() const { return device_.get(); }

	short bits() const
	{
		pollfd one = {.fd = fd(), .events = POLLIN | POLLPRI, .revents = 0};
		ASSERT_CALL(poll(&one, 1, 0));
		return one.revents;
	}

	fs_freeze_event next() const
	{
		fs_freeze_event event = {};
		ASSERT_EQ(ASSERT_CALL(read(fd(), &event, sizeof(event))),
			  static_cast<long>(sizeof(event)));
		return event;
	}

private:
	UniqueFd device_;
};

} // namespace

TEST(anyone_hears_of_a_freeze_and_its_thaw)
{
	const Filesystem filesystem;
	const struct stat file = ASSERT_OK(sys::stat(filesystem.path()));
	const Monitor monitor;
	EXPECT_EQ(monitor.bits(), 0);
	const Freeze freeze(filesystem, {.cookie = 4711});
	EXPECT_EQ(monitor.bits(), POLLIN | POLLPRI);
	fs_freeze_event event = monitor.next();
	EXPECT_EQ(event.size, sizeof(event));
	EXPECT_EQ(event.event, static_cast<uint32_t>(FREEZEFD_EVENT_FREEZE));
	EXPECT_EQ(event.cookie, 4711U);
	EXPECT_EQ(makedev(event.dev_major, event.dev_minor), file.st_dev);
	const uint64_t seq = event.seq;
	EXPECT_EQ(monitor.bits(), 0);

	ASSERT_EQ(freeze.thaw(), 0);
	event = monitor.next();
	EXPECT_EQ(event.event, static_cast<uint32_t>(FREEZEFD_EVENT_THAW));
	EXPECT_EQ(event.seq, seq + 1);
	EXPECT_FAILS(read(monitor.fd(), &event, sizeof(event)), EAGAIN);
}

TEST(anyone_hears_of_a_lost_freeze)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {.cookie = 4711});
	const Monitor monitor;
	thaw_all();
	const fs_freeze_event lost = monitor.next();
	EXPECT_EQ(lost.event, static_cast<uint32_t>(FREEZEFD_EVENT_LOST));
	EXPECT_EQ(lost.lost, FS_FREEZE_LOST_FORCED);
	EXPECT_EQ(lost.cookie, 4711U);
	EXPECT_EQ(monitor.next().event, static_cast<uint32_t>(FREEZEFD_EVENT_THAW));
}

// A monitor hears of filesystems, not of who holds them.
TEST(a_second_holder_makes_no_event)
{
	const Filesystem filesystem;
	Freeze one(filesystem, {});
	const Monitor monitor;
	Freeze two(filesystem, {});
	one.close();
	EXPECT_EQ(monitor.bits(), 0);
	two.close();
	EXPECT_EQ(monitor.next().event, static_cast<uint32_t>(FREEZEFD_EVENT_THAW));
}

TEST(a_read_waits_for_an_event)
{
	const Filesystem filesystem;
	const UniqueFd device = open_device();
	fs_freeze_event event = {};
	Worker reader([&] { return read(device.get(), &event, sizeof(event)); });
	reader.wait_asleep(SYS_read);
	const Freeze freeze(filesystem, {});
	EXPECT_EQ(reader.result(), static_cast<long>(sizeof(event)));
	EXPECT_EQ(event.event, static_cast<uint32_t>(FREEZEFD_EVENT_FREEZE));
}

TEST(a_read_has_room_for_whole_events_or_gets_einval)
{
	const Filesystem filesystem;
	const Monitor monitor;
	const Freeze freeze(filesystem, {});
	ASSERT_EQ(freeze.thaw(), 0);
	std::array<char, 3 * sizeof(fs_freeze_event)> room;
	EXPECT_FAILS(read(monitor.fd(), room.data(), sizeof(fs_freeze_event) - 1), EINVAL);
	EXPECT_FAILS(syscall(SYS_read, monitor.fd(), nullptr, sizeof(fs_freeze_event)), EFAULT);
	EXPECT_EQ(ASSERT_CALL(read(monitor.fd(), room.data(), room.size() - 1)),
		  static_cast<long>(2 * sizeof(fs_freeze_event)));
}

TEST(a_reader_that_is_too_slow_sees_a_gap)
{
	const Filesystem filesystem;
	const Monitor monitor;
	const Freeze freeze(filesystem);
	ASSERT_EQ(freeze.freeze(), 0);
	const uint64_t first = monitor.next().seq;
	ASSERT_EQ(freeze.thaw(), 0);
	for (unsigned round = 0; round < 600; round++) {
		ASSERT_EQ(freeze.freeze(), 0);
		ASSERT_EQ(freeze.thaw(), 0);
	}
	ASSERT_GT(monitor.next().seq, first + 1);
}

} // namespace gatehouse::test
