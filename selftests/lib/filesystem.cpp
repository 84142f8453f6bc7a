// SPDX-License-Identifier: GPL-2.0-or-later

#include "filesystem.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include <fmt/core.h>

#include "freeze.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr off_t kSize = 8 << 20;

// The first thing to be undone is the freeze: nothing else would end.
void thaw(const std::string &path)
{
	thaw_all();
	const auto root = sys::open(path, O_RDONLY | O_DIRECTORY);
	if (root.ok())
		while (ioctl(root.value().get(), FITHAW, 0) == 0)
			;
}

int call(int result)
{
	return result ? errno : 0;
}

// An empty filesystem, made once a boot.
std::string template_image()
{
	const std::string image = "/run/template.ext4";
	if (access(image.c_str(), F_OK))
		command(fmt::format("truncate -s {0} {1}.new && mkfs.ext4 -q -F {1}.new && "
				    "mv {1}.new {1}",
				    kSize, image));
	return image;
}

// Copies what is in a file, and its holes.
void copy(const std::string &from, const std::string &to)
{
	const UniqueFd source = ASSERT_OK(sys::open(from, O_RDONLY));
	const UniqueFd target = ASSERT_OK(sys::create(to, O_RDWR | O_TRUNC, 0600));
	ASSERT_CALL(ftruncate(target.get(), kSize));
	off_t at = 0;
	while ((at = lseek(source.get(), at, SEEK_DATA)) >= 0) {
		const off_t end = lseek(source.get(), at, SEEK_HOLE);
		ASSERT_CALL(lseek(target.get(), at, SEEK_SET));
		while (at < end)
			ASSERT_CALL(sendfile(target.get(), source.get(), &at,
					     static_cast<size_t>(end - at)));
	}
}

// A loop device, which goes when nobody has it open or mounted.
UniqueFd attach(const std::string &image, std::string &node)
{
	const UniqueFd control = ASSERT_OK(sys::open("/dev/loop-control", O_RDWR));
	const UniqueFd file = ASSERT_OK(sys::open(image, O_RDWR));
	node = fmt::format("/dev/loop{}", ASSERT_CALL(ioctl(control.get(), LOOP_CTL_GET_FREE)));
	UniqueFd loop = ASSERT_OK(sys::open(node, O_RDWR));
	loop_config config = {};
	config.fd = static_cast<uint32_t>(file.get());
	config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
	ASSERT_CALL(ioctl(loop.get(), LOOP_CONFIGURE, &config));
	return loop;
}

// A device of the device mapper for a node; the same name is its mount's.
std::string map(const std::string &node, const std::string &name, const std::string &path)
{
	const std::string dmsetup = "DM_DISABLE_UDEV=1 dmsetup ";
	// Before the rest of the clean-up: a suspended device does not thaw.
	on_exit([=] {
		(void)std::system((dmsetup + "resume " + name).c_str());
		thaw(path);
		umount2(path.c_str(), 0);
		(void)std::system((dmsetup + "remove --retry " + name).c_str());
	});
	command(fmt::format("echo 0 {} linear {} 0 | {} create {}", kSize / 512, node, dmsetup,
			    name));
	return "/dev/mapper/" + name;
}

} // namespace

void command(const std::string &line)
{
	if (std::system(line.c_str()))
		fail(fmt::format("failed: {}", line));
}

Filesystem::Filesystem(std::string_view below, Device device)
{
	static int count;
	path_ = fmt::format("/run/frozen{}", count);
	const std::string image = fmt::format("{}/image{}", below, count);
	count++;
	mkdir(std::string(below).c_str(), 0700);
	mkdir(path_.c_str(), 0700);
	// In the order of their making, so the last is undone first: a stack from
	// its top, with all of it thawed.
	on_exit([path = path_, image] {
		thaw(path);
		umount2(path.c_str(), MNT_DETACH);
		unlink(image.c_str());
	});
	copy(template_image(), image);
	std::string node;
	const UniqueFd loop = attach(image, node);
	if (device == Device::kDm)
		node = map(node, dm_name(), path_);
	ASSERT_CALL(mount(node.c_str(), path_.c_str(), "ext4", 0, nullptr));
}

std::string Filesystem::dm_name() const
{
	return path_.substr(path_.rfind('/') + 1);
}

std::string Filesystem::path(std::string_view name) const
{
	return fmt::format("{}/{}", path_, name);
}

UniqueFd Filesystem::open_root() const
{
	return ASSERT_OK(sys::open(path_, O_RDONLY | O_DIRECTORY));
}

UniqueFd Filesystem::create(std::string_view name) const
{
	return ASSERT_OK(sys::create(path(name), O_RDWR, 0600));
}

void Filesystem::make_dirty() const
{
	const UniqueFd file = create("dirty");
	const std::string text(256 * 1024, 'd');
	ASSERT_EQ(ASSERT_OK(sys::write(file.get(), text, "dirty")), text.size());
}

bool Filesystem::is_frozen() const
{
	const UniqueFd root = open_root();
	return query(root.get()).state == FS_FREEZE_FROZEN;
}

int Filesystem::fifreeze() const
{
	const UniqueFd root = open_root();
	return call(ioctl(root.get(), FIFREEZE, 0));
}

int Filesystem::fithaw() const
{
	const UniqueFd root = open_root();
	return call(ioctl(root.get(), FITHAW, 0));
}

int Filesystem::unmount(int flags) const
{
	return call(umount2(path_.c_str(), flags));
}

} // namespace gatehouse::test
