// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <array>

#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr uint32_t kThawAllWaitMs = 5000;

int op(int fd, unsigned long number, uint32_t timeout_ms)
{
	fs_freeze_op argument = {};
	argument.size = sizeof(argument);
	argument.timeout_ms = timeout_ms;
	return ioctl(fd, number, &argument) < 0 ? errno : 0;
}

} // namespace

UniqueFd open_device(int flags)
{
	return ASSERT_OK(sys::open("/dev/freezefd", O_RDONLY | flags));
}

fs_freeze_info device_info()
{
	fs_freeze_info info = {};
	info.size = sizeof(info);
	const UniqueFd device = open_device();
	ASSERT_CALL(ioctl(device.get(), FREEZEFD_GET_INFO, &info));
	return info;
}

fs_freeze_query query(int file)
{
	fs_freeze_query query = {};
	query.size = sizeof(query);
	query.fd = file;
	const UniqueFd device = open_device();
	ASSERT_CALL(ioctl(device.get(), FIISFROZEN, &query));
	return query;
}

void thaw_all()
{
	const auto device = sys::open("/dev/freezefd", O_RDONLY);
	if (device.ok())
		op(device.value().get(), FS_FREEZE_THAW_ALL, kThawAllWaitMs);
}

Freeze::Freeze(const std::vector<const Filesystem *> &all, Order order)
	: Freeze(all, order, Options{.flags = 0})
{}

Freeze::Freeze(const std::vector<const Filesystem *> &all, Order order, Options options)
{
	std::vector<UniqueFd> roots;
	std::vector<fs_freeze_target> targets;
	for (const Filesystem *one : all) {
		roots.push_back(one->open_root());
		fs_freeze_target target = {};
		target.fd = roots.back().get();
		if (order == Order::kAscending)
			target.level = static_cast<uint32_t>(targets.size());
		targets.push_back(target);
	}
	fs_freeze_getfd get = {};
	get.size = sizeof(get);
	get.flags = options.flags;
	get.targets = reinterpret_cast<uintptr_t>(targets.data());
	get.nr_targets = static_cast<uint32_t>(targets.size());
	get.target_size = sizeof(fs_freeze_target);
	get.timeout_ms = options.timeout_ms;
	get.cookie = options.cookie;
	const UniqueFd device = open_device();
	fd_ = UniqueFd(static_cast<int>(ASSERT_CALL(ioctl(device.get(), FIGETFREEZEFD, &get))));
}

int Freeze::freeze(uint32_t timeout_ms) const
{
	return op(fd(), FS_FREEZE_FD, timeout_ms);
}

int Freeze::thaw(uint32_t wait_ms) const
{
	return op(fd(), FS_THAW_FD, wait_ms);
}

int Freeze::extend(uint32_t timeout_ms) const
{
	return op(fd(), FS_FREEZE_EXTEND_FD, timeout_ms);
}

fs_freeze_status Freeze::status() const
{
	fs_freeze_status status = {};
	status.size = sizeof(status);
	ASSERT_CALL(ioctl(fd(), FS_ISFROZEN_FD, &status));
	return status;
}

short Freeze::bits() const
{
	pollfd one = {.fd = fd(), .events = POLLIN | POLLPRI, .revents = 0};
	ASSERT_CALL(poll(&one, 1, 0));
	return one.revents;
}

Child::Child(const std::function<int(const std::function<void()> &ready)> &body)
{
	std::array<int, 2> ends;
	ASSERT_CALL(pipe2(ends.data(), O_CLOEXEC));
	const UniqueFd reader(ends[0]);
	UniqueFd writer(ends[1]);
	pid_ = static_cast<pid_t>(ASSERT_CALL(fork()));
	setpgid(pid_, 0);
	if (pid_ == 0)
		_exit(body([&] { (void)!::write(writer.get(), "r", 1); }));
	on_exit([pid = pid_] { kill(-pid, SIGKILL); });
	writer.reset();
	char byte;
	if (ASSERT_OK(sys::read(reader.get(), {&byte, 1}, "pipe")) != 1)
		fail("the child has ended before it was ready");
}

Child::~Child()
{
	kill(-pid_, SIGKILL);
	thaw_all();
	if (!ended_)
		wait();
}

void Child::signal(int number) const
{
	ASSERT_CALL(kill(pid_, number));
}

int Child::wait()
{
	int status = 0;
	ASSERT_CALL(waitpid(pid_, &status, 0));
	ended_ = true;
	return status;
}

} // namespace gatehouse::test
