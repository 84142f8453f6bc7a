// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze_order.hpp"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include "unit.hpp"

using namespace gatehouse;

namespace {

// Block devices as sysfs has them, and what is mounted from them.
class Disks
{
public:
	// In a folder of its own; a partition's is its disk's.
	void add_device(unsigned int minor, const std::string &name, const std::string &disk = "")
	{
		const std::string path = "sys/devices/" + (disk.empty() ? "" : disk + "/") + name;

		folder_.write(path + "/dev", fmt::format("{}:{}\n", kMajor, minor));
		if (!disk.empty())
			folder_.write(path + "/partition", "1\n");
		folder_.link("sys/class/block/" + name, "../../../" + path);
		folder_.link(fmt::format("sys/dev/block/{}:{}", kMajor, minor), "../../../" + path);
	}

	void add_slave(const std::string &name, const std::string &slave)
	{
		folder_.link("sys/devices/" + name + "/slaves/" + slave, "../../" + slave);
	}

	void add_loop(const std::string &name, const std::string &file)
	{
		folder_.write("sys/devices/" + name + "/loop/backing_file", file + "\n");
	}

	void mount(unsigned int minor, const std::string &path, const std::string &type = "ext4",
		   const std::string &options = "rw")
	{
		mounts_.push_back({number(minor), path, type, "none", options});
	}

	static dev_t number(unsigned int minor) { return makedev(kMajor, minor); }

	FilesystemLayers layers() const { return read_layers(folder_.path(), mounts_); }
	unsigned int level(unsigned int minor) const
	{
		return freeze_levels(layers()).at(number(minor));
	}

private:
	static constexpr unsigned int kMajor = 259;

	unit::Folder folder_;
	std::vector<Mount> mounts_;
};

void filesystems_on_disks_of_their_own_are_of_one_level(void **)
{
	Disks disks;

	disks.add_device(1, "vda");
	disks.add_device(2, "vdb");
	disks.mount(1, "/");
	disks.mount(2, "/srv");
	disks.mount(2, "/srv/again");
	assert_int_equal(disks.layers().size(), 2);
	assert_int_equal(disks.level(1), 0);
	assert_int_equal(disks.level(2), 0);
}

void the_file_of_a_loop_device_lies_below(void **)
{
	Disks disks;

	disks.add_device(1, "vda");
	disks.add_device(2, "loop0");
	disks.add_device(3, "loop1");
	disks.add_loop("loop0", "/srv/images/a");
	disks.add_loop("loop1", "/srv/images/a b/c");
	disks.mount(1, "/srv");
	disks.mount(2, "/srv/images/a b");
	disks.mount(3, "/mnt");
	assert_true(disks.layers().at(Disks::number(2)) == std::set{Disks::number(1)});
	assert_true(disks.layers().at(Disks::number(3)) == std::set{Disks::number(2)});
	assert_int_equal(disks.level(3), 0);
	assert_int_equal(disks.level(2), 1);
	assert_int_equal(disks.level(1), 2);
}

// /dev/mapper/x on md0 on the second partition of loop0 and on loop1.
void devices_on_devices_are_followed_down(void **)
{
	Disks disks;

	disks.add_device(1, "vda");
	disks.add_device(2, "vdb");
	disks.add_device(3, "loop0");
	disks.add_device(4, "loop0p2", "loop0");
	disks.add_device(5, "loop1");
	disks.add_device(6, "md0");
	disks.add_device(7, "dm-0");
	disks.add_loop("loop0", "/a/file");
	disks.add_loop("loop1", "/b/file");
	disks.add_slave("md0", "loop0p2");
	disks.add_slave("md0", "loop1");
	disks.add_slave("dm-0", "md0");
	disks.mount(1, "/a");
	disks.mount(2, "/b");
	disks.mount(7, "/top");
	assert_true(disks.layers().at(Disks::number(7)) ==
		    (std::set{Disks::number(1), Disks::number(2)}));
	assert_int_equal(disks.level(7), 0);
	assert_int_equal(disks.level(1), 1);
	assert_int_equal(disks.level(2), 1);
}

// Two ways down to one filesystem: the longer one counts.
void the_longest_way_gives_the_level(void **)
{
	const FilesystemLayers layers = {
		{1, {2, 4}}, {2, {3}}, {3, {4}}, {4, {}}, {5, {4}},
	};
	const auto levels = freeze_levels(layers);

	assert_int_equal(levels.at(1), 0);
	assert_int_equal(levels.at(2), 1);
	assert_int_equal(levels.at(3), 2);
	assert_int_equal(levels.at(4), 3);
	assert_int_equal(levels.at(5), 0);
}

void a_circle_ends(void **)
{
	Disks disks;

	disks.add_device(1, "loop0");
	disks.add_device(2, "loop1");
	disks.add_loop("loop0", "/b/file");
	disks.add_loop("loop1", "/a/file");
	disks.mount(1, "/a");
	disks.mount(2, "/b");
	assert_int_equal(freeze_levels(disks.layers()).size(), 2);

	disks.add_slave("loop0", "loop0");
	assert_int_equal(freeze_levels(disks.layers()).size(), 2);
}

void an_overlay_lies_on_its_upper_filesystem(void **)
{
	Disks disks;

	disks.add_device(1, "vda");
	disks.add_device(2, "loop0");
	disks.add_loop("loop0", "/over/file");
	disks.mount(1, "/up,per");
	disks.mount(9, "/over", "overlay", "rw,lowerdir=/x,upperdir=/up\\054per/u,workdir=/w");
	disks.mount(2, "/mnt");
	assert_int_equal(disks.level(2), 0);
	assert_int_equal(disks.level(9), 1);
	assert_int_equal(disks.level(1), 2);
}

void a_file_is_of_the_mount_that_hides_the_others(void **)
{
	const std::vector<Mount> mounts = {
		{1, "/", "", "", ""},
		{2, "/srv", "", "", ""},
		{3, "/srv", "", "", ""},
		{4, "/srv/deep", "", "", ""},
	};

	assert_int_equal(find_mount_of(mounts, "/etc/x")->device, 1);
	assert_int_equal(find_mount_of(mounts, "/srvx")->device, 1);
	assert_int_equal(find_mount_of(mounts, "/srv")->device, 3);
	assert_int_equal(find_mount_of(mounts, "/srv/dee")->device, 3);
	assert_int_equal(find_mount_of(mounts, "/srv/deep/x")->device, 4);
	assert_null(find_mount_of(mounts, "(unreachable)/x"));
}

void the_reason_names_what_to_freeze_instead(void **)
{
	assert_string_equal(why_not_freezable({1, "/", "ext4", "", ""}).c_str(), "");
	assert_string_equal(why_not_freezable({1, "/", "tmpfs", "", ""}).c_str(),
			    "a filesystem of type tmpfs has no freeze");
	assert_string_equal(
		why_not_freezable({1, "/", "overlay", "", "rw,upperdir=/a\\040b"}).c_str(),
		"an overlay has no freeze; freeze the filesystem of its upper directory '/a b'");
	assert_string_equal(why_not_freezable({1, "/", "overlay", "", "ro,lowerdir=/a:/b"}).c_str(),
			    "an overlay has no freeze, and this one is never written to");
}

const CMUnitTest kTests[] = {
	cmocka_unit_test(filesystems_on_disks_of_their_own_are_of_one_level),
	cmocka_unit_test(the_file_of_a_loop_device_lies_below),
	cmocka_unit_test(devices_on_devices_are_followed_down),
	cmocka_unit_test(the_longest_way_gives_the_level),
	cmocka_unit_test(a_circle_ends),
	cmocka_unit_test(an_overlay_lies_on_its_upper_filesystem),
	cmocka_unit_test(a_file_is_of_the_mount_that_hides_the_others),
	cmocka_unit_test(the_reason_names_what_to_freeze_instead),
};

} // namespace

UNIT_MAIN(kTests)
