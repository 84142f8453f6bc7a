// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the ioctls take and refuse, as include/uapi/gatehouse/freezefd.h promises.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include <fmt/core.h>

#include <gatehouse/freezefd.h>

#include "filesystem.hpp"
#include "freeze.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr uid_t kNobody = 65534;

struct Row {
	const char *name;
	unsigned long number;
	size_t size; // of its struct today, which is also the smallest there was
	size_t reserved;
	bool handle; // of a freeze descriptor, not of the device
};
constexpr Row kIoctls[] = {
	{"info", FREEZEFD_GET_INFO, sizeof(fs_freeze_info), offsetof(fs_freeze_info, reserved),
	 false},
	{"file", FIISFROZEN, sizeof(fs_freeze_query), offsetof(fs_freeze_query, reserved), false},
	{"block", BLKISFROZEN, sizeof(fs_freeze_query), offsetof(fs_freeze_query, reserved), false},
	{"getfd", FIGETFREEZEFD, sizeof(fs_freeze_getfd), offsetof(fs_freeze_getfd, reserved),
	 false},
	{"thaw_all", FS_FREEZE_THAW_ALL, sizeof(fs_freeze_op), offsetof(fs_freeze_op, reserved),
	 false},
	{"freeze", FS_FREEZE_FD, sizeof(fs_freeze_op), offsetof(fs_freeze_op, reserved), true},
	{"thaw", FS_THAW_FD, sizeof(fs_freeze_op), offsetof(fs_freeze_op, reserved), true},
	{"extend", FS_FREEZE_EXTEND_FD, sizeof(fs_freeze_op), offsetof(fs_freeze_op, reserved),
	 true},
	{"status", FS_ISFROZEN_FD, sizeof(fs_freeze_status), offsetof(fs_freeze_status, reserved),
	 true},
};

// A struct of any size as a program of another year would pass it. What would
// make the call succeed is not in it: each call must be refused before.
struct Argument {
	explicit Argument(size_t size) : size(static_cast<uint32_t>(size)) {}

	uint32_t size;
	uint32_t flags = 0;
	std::array<unsigned char, 1024> rest = {};

	void set(size_t offset) { rest.at(offset - offsetof(Argument, rest)) = 1; }
};

// FIGETFREEZEFD of a list: the descriptor, or -errno.
struct Request {
	std::vector<fs_freeze_target> targets;
	fs_freeze_getfd get = {};

	explicit Request(std::initializer_list<int> files)
	{
		for (const int file : files) {
			fs_freeze_target target = {};
			target.fd = file;
			target.error = 1;
			targets.push_back(target);
		}
		get.size = sizeof(get);
		get.target_size = sizeof(fs_freeze_target);
		get.nr_targets = static_cast<uint32_t>(files.size());
	}

	int call()
	{
		get.targets = reinterpret_cast<uintptr_t>(targets.data());
		const UniqueFd device = open_device();
		const int fd = ioctl(device.get(), FIGETFREEZEFD, &get);
		return fd < 0 ? -errno : fd;
	}
};

UniqueFd open_file(const std::string &path, int flags)
{
	return ASSERT_OK(sys::open(path, flags));
}

// What one without rights gets.
int as_nobody(const std::function<int()> &body)
{
	Child child([&](const std::function<void()> &ready) {
		ready();
		return setgid(kNobody) || setuid(kNobody) ? 1 : body();
	});
	const int status = child.wait();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The file that a row's ioctl belongs to. A freeze descriptor that can do
// nothing has all ioctls just the same.
class Target
{
public:
	explicit Target(const Row &row) : file_(open_device())
	{
		if (!row.handle)
			return;
		const UniqueFd memory = open_file("/run", O_RDONLY);
		Request request({memory.get()});
		request.targets[0].flags = FS_FREEZE_TARGET_OPTIONAL;
		file_ = UniqueFd(static_cast<int>(ASSERT_CALL(request.call())));
	}
	int fd() const { return file_.get(); }

private:
	UniqueFd file_;
};

} // namespace

TEST_EACH(a_larger_struct_gets_e2big_if_something_new_is_set, kIoctls)
{
	const Target target(variant);
	Argument argument(sizeof(Argument));
	argument.set(variant.size);
	EXPECT_FAILS(ioctl(target.fd(), variant.number, &argument), E2BIG);
	Argument huge(UINT32_MAX);
	EXPECT_FAILS(ioctl(target.fd(), variant.number, &huge), E2BIG);
}

TEST_EACH(a_smaller_struct_gets_einval, kIoctls)
{
	const Target target(variant);
	for (const size_t size : {size_t{0}, size_t{4}, size_t{8}, variant.size - 1}) {
		Argument argument(size);
		EXPECT_FAILS(ioctl(target.fd(), variant.number, &argument), EINVAL);
	}
}

TEST_EACH(an_unknown_flag_gets_eopnotsupp, kIoctls)
{
	const Target target(variant);
	Argument argument(variant.size);
	argument.flags = 1U << 31;
	EXPECT_FAILS(ioctl(target.fd(), variant.number, &argument), EOPNOTSUPP);
}

TEST_EACH(a_reserved_member_that_is_set_gets_einval, kIoctls)
{
	const Target target(variant);
	Argument argument(variant.size);
	argument.set(variant.reserved);
	EXPECT_FAILS(ioctl(target.fd(), variant.number, &argument), EINVAL);
}

TEST_EACH(a_bad_address_gets_efault, kIoctls)
{
	const Target target(variant);
	EXPECT_FAILS(ioctl(target.fd(), variant.number, nullptr), EFAULT);
	EXPECT_FAILS(ioctl(target.fd(), variant.number, -1L), EFAULT);
}

TEST_EACH(it_is_no_ioctl_of_the_other_file, kIoctls)
{
	Row other = variant;
	other.handle = !variant.handle;
	const Target target(other);
	Argument argument(variant.size);
	EXPECT_FAILS(ioctl(target.fd(), variant.number, &argument), ENOTTY);
}

TEST(a_larger_struct_is_taken_if_what_is_new_is_zero)
{
	const UniqueFd device = open_device();
	Argument argument(sizeof(Argument));
	ASSERT_CALL(ioctl(device.get(), FREEZEFD_GET_INFO, &argument));
	EXPECT_EQ(argument.size, sizeof(Argument));
}

TEST(anyone_may_open_the_device)
{
	const struct stat file = ASSERT_OK(sys::stat("/dev/freezefd"));
	EXPECT_EQ(file.st_mode, S_IFCHR | 0666U);
}

TEST(info_says_what_the_parameters_are)
{
	const fs_freeze_info info = device_info();
	EXPECT_EQ(info.timeout_default_ms, 60000U);
	EXPECT_EQ(info.timeout_max_ms, 600000U);
	ASSERT_GT(info.targets_max, 0U);
	EXPECT_EQ(info.flags_supported & FS_FREEZE_FD_FREEZE, FS_FREEZE_FD_FREEZE);
	const bool nests = std::string_view(getenv("GATEHOUSE_KERNEL")).substr(0, 3) != "6.1" ||
			   std::string_view(getenv("GATEHOUSE_KERNEL")).substr(0, 4) == "6.12";
	EXPECT_EQ(info.features & FS_FREEZE_FEAT_NEST, nests ? FS_FREEZE_FEAT_NEST : 0);
}

TEST(a_descriptor_is_close_on_exec)
{
	const Filesystem filesystem;
	const Freeze freeze(filesystem);
	EXPECT_EQ(ASSERT_CALL(fcntl(freeze.fd(), F_GETFD)) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(a_target_that_is_no_descriptor_gets_ebadf)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	const UniqueFd path = open_file(filesystem.path(), O_PATH);
	for (const int bad : {-1, 1000, path.get()}) {
		Request request({root.get(), bad});
		EXPECT_EQ(request.call(), -EBADF);
		EXPECT_EQ(request.targets[0].error, 0);
		EXPECT_EQ(request.targets[1].error, -EBADF);
	}
}

TEST(one_filesystem_twice_gets_eexist)
{
	const Filesystem filesystem;
	command("mkdir -p /run/other && mount --bind " + filesystem.path() + " /run/other");
	on_exit([] { (void)std::system("umount -l /run/other"); });
	const UniqueFd root = filesystem.open_root();
	const UniqueFd other = open_file("/run/other", O_RDONLY);
	Request request({root.get(), other.get()});
	EXPECT_EQ(request.call(), -EEXIST);
	EXPECT_EQ(request.targets[0].error, 0);
	EXPECT_EQ(request.targets[1].error, -EEXIST);
}

TEST(what_cannot_be_frozen_gets_eopnotsupp)
{
	const UniqueFd memory = open_file("/run", O_RDONLY);
	const UniqueFd proc = open_file("/proc", O_RDONLY);
	const UniqueFd null = open_file("/dev/null", O_RDONLY);
	for (const int file : {memory.get(), proc.get(), null.get()}) {
		Request request({file});
		EXPECT_EQ(request.call(), -EOPNOTSUPP);
		EXPECT_EQ(request.targets[0].error, -EOPNOTSUPP);
	}
}

TEST(an_optional_target_that_cannot_be_frozen_is_left_out)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	const UniqueFd memory = open_file("/run", O_RDONLY);
	Request request({memory.get(), root.get()});
	request.targets[0].flags = FS_FREEZE_TARGET_OPTIONAL;
	request.get.flags = FS_FREEZE_FD_FREEZE;
	const UniqueFd fd(static_cast<int>(ASSERT_CALL(request.call())));
	EXPECT_EQ(request.targets[0].error, -EOPNOTSUPP);
	EXPECT_EQ(request.targets[1].error, 0);
	EXPECT_TRUE(filesystem.is_frozen());
}

TEST(an_unknown_flag_of_a_target_gets_eopnotsupp)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	Request request({root.get()});
	request.targets[0].flags = 1U << 31;
	EXPECT_EQ(request.call(), -EOPNOTSUPP);
}

TEST(the_number_of_targets_is_bounded)
{
	Request none({});
	EXPECT_EQ(none.call(), -EINVAL);
	Request many({0});
	many.get.nr_targets = device_info().targets_max + 1;
	EXPECT_EQ(many.call(), -ENOSPC);
	many.get.nr_targets = UINT32_MAX;
	EXPECT_EQ(many.call(), -ENOSPC);
}

TEST(targets_of_another_year_are_read_by_their_stride)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	struct Larger {
		fs_freeze_target target;
		uint64_t news;
	} larger = {{root.get(), 0, 0, 0}, 0};
	const UniqueFd device = open_device();
	fs_freeze_getfd get = {};
	get.size = sizeof(get);
	get.targets = reinterpret_cast<uintptr_t>(&larger);
	get.nr_targets = 1;
	get.target_size = sizeof(larger);
	const UniqueFd fd(static_cast<int>(ASSERT_CALL(ioctl(device.get(), FIGETFREEZEFD, &get))));
	larger.news = 1;
	EXPECT_FAILS(ioctl(device.get(), FIGETFREEZEFD, &get), E2BIG);
	get.target_size = sizeof(fs_freeze_target) - 1;
	EXPECT_FAILS(ioctl(device.get(), FIGETFREEZEFD, &get), EINVAL);
}

TEST(targets_that_cannot_be_read_get_efault)
{
	const UniqueFd device = open_device();
	fs_freeze_getfd get = {};
	get.size = sizeof(get);
	get.nr_targets = 1;
	get.target_size = sizeof(fs_freeze_target);
	EXPECT_FAILS(ioctl(device.get(), FIGETFREEZEFD, &get), EFAULT);
	get.targets = UINT64_MAX - sizeof(fs_freeze_target);
	EXPECT_FAILS(ioctl(device.get(), FIGETFREEZEFD, &get), EFAULT);
}

TEST(no_deadline_is_longer_than_the_longest)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	Request request({root.get()});
	request.get.timeout_ms = device_info().timeout_max_ms + 1;
	EXPECT_EQ(request.call(), -EINVAL);
	const Freeze freeze(filesystem);
	EXPECT_EQ(freeze.freeze(UINT32_MAX), EINVAL);
	EXPECT_EQ(freeze.freeze(), 0);
	EXPECT_EQ(freeze.extend(UINT32_MAX), EINVAL);
}

TEST(the_default_deadline_is_the_parameters)
{
	const std::string folder = "/sys/module/freezefd/parameters/";
	on_exit([=] {
		command("echo 600000 >" + folder + "timeout_max_ms");
		command("echo 60000 >" + folder + "timeout_default_ms");
	});
	command("echo 3000 >" + folder + "timeout_default_ms");
	EXPECT_EQ(device_info().timeout_default_ms, 3000U);
	command("echo 2000 >" + folder + "timeout_max_ms");
	EXPECT_EQ(device_info().timeout_default_ms, 2000U);
	const Filesystem filesystem;
	const Freeze freeze(filesystem, {.timeout_ms = 0});
	EXPECT_TRUE(freeze.status().remaining_ms <= 2000);
	for (const char *bad : {"0", "600001", "-1", "no"})
		EXPECT_NE(std::system(
				  fmt::format("echo {} >{}timeout_max_ms 2>/dev/null", bad, folder)
					  .c_str()),
			  0);
}

TEST(only_an_administrator_gets_a_freeze_descriptor)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	EXPECT_EQ(as_nobody([&] { return -Request({root.get()}).call(); }), EPERM);
}

TEST(only_an_administrator_may_thaw_all)
{
	EXPECT_EQ(as_nobody([] {
			  fs_freeze_op op = {};
			  op.size = sizeof(op);
			  return ioctl(open_device().get(), FS_FREEZE_THAW_ALL, &op) ? errno : 0;
		  }),
		  EPERM);
}

TEST(anyone_may_ask_whether_a_filesystem_is_frozen)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	EXPECT_EQ(as_nobody([&] { return static_cast<int>(query(root.get()).state); }),
		  FS_FREEZE_THAWED);
	const Freeze freeze(filesystem, {});
	EXPECT_EQ(as_nobody([&] { return static_cast<int>(query(root.get()).state); }),
		  FS_FREEZE_FROZEN);
}

TEST(a_query_names_the_device_and_the_holders)
{
	const Filesystem filesystem;
	const UniqueFd root = filesystem.open_root();
	const struct stat file = ASSERT_OK(sys::stat(filesystem.path()));
	EXPECT_EQ(makedev(query(root.get()).dev_major, query(root.get()).dev_minor), file.st_dev);
	EXPECT_EQ(query(root.get()).holders, 0U);
	const Freeze one(filesystem, {});
	const Freeze two(filesystem, {});
	EXPECT_EQ(query(root.get()).holders, 2U);
	EXPECT_EQ(query(root.get()).kernel_holders, 0U);
	EXPECT_EQ(query(root.get()).user_holders, 0U);
}

TEST(a_block_device_tells_of_its_filesystem)
{
	const Filesystem filesystem;
	const struct stat file = ASSERT_OK(sys::stat(filesystem.path()));
	const UniqueFd block = open_file(fmt::format("/dev/loop{}", minor(file.st_dev)), O_RDONLY);
	const UniqueFd device = open_device();
	fs_freeze_query query = {};
	query.size = sizeof(query);
	query.fd = block.get();
	ASSERT_CALL(ioctl(device.get(), BLKISFROZEN, &query));
	EXPECT_EQ(query.state, static_cast<uint32_t>(FS_FREEZE_THAWED));
	const Freeze freeze(filesystem, {});
	ASSERT_CALL(ioctl(device.get(), BLKISFROZEN, &query));
	EXPECT_EQ(query.state, static_cast<uint32_t>(FS_FREEZE_FROZEN));
	EXPECT_EQ(query.holders, 1U);
	EXPECT_EQ(makedev(query.dev_major, query.dev_minor), file.st_dev);

	const UniqueFd root = filesystem.open_root();
	query.fd = root.get();
	EXPECT_FAILS(ioctl(device.get(), BLKISFROZEN, &query), ENOTBLK);
	query.fd = -1;
	EXPECT_FAILS(ioctl(device.get(), BLKISFROZEN, &query), EBADF);
	EXPECT_FAILS(ioctl(device.get(), FIISFROZEN, &query), EBADF);
}

} // namespace gatehouse::test
