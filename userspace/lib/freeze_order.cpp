// SPDX-License-Identifier: GPL-2.0-or-later

#include "freeze_order.hpp"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <functional>

#include "file.hpp"
#include "syscall.hpp"

namespace gatehouse {

namespace {

// Of devices on devices; deeper than anyone builds.
constexpr int kDeepest = 16;

// All of Linux 6.1 to 7.2 that have freeze_fs or freeze_super.
constexpr std::array<std::string_view, 14> kFreezable = {
	"ext2", "ext3", "ext4", "xfs",	  "btrfs",    "f2fs",	  "jfs",
	"gfs2", "cifs", "smb3", "nilfs2", "reiserfs", "bcachefs", "efivarfs",
};

bool is_within(std::string_view file, std::string_view folder)
{
	if (folder == "/")
		return file.starts_with('/');
	return file.starts_with(folder) &&
	       (file.size() == folder.size() || file[folder.size()] == '/');
}

// Walks down from block devices to the filesystems that hold them.
class Descent
{
public:
	Descent(const std::string &root, const std::vector<Mount> &mounts)
		: root_(root), mounts_(mounts)
	{}

	std::set<dev_t> below(const Mount &mount)
	{
		found_.clear();
		if (mount.type == "overlay")
			add_overlay(mount);
		else
			for (const std::string &name : devices_of(mount))
				add_device(name, 0);
		found_.erase(mount.device);
		return std::move(found_);
	}

private:
	std::vector<std::string> names(const std::string &folder) const
	{
		auto list = sys::list_directory(root_ + folder);

		return list.ok() ? list.take() : std::vector<std::string>();
	}

	std::string name_of(dev_t device) const
	{
		return link_name(
			fmt::format("{}/sys/dev/block/{}:{}", root_, major(device), minor(device)));
	}

	// One, but for a btrfs of several; its number says nothing of them.
	std::vector<std::string> devices_of(const Mount &mount) const
	{
		if (major(mount.device))
			return {name_of(mount.device)};
		const auto source = sys::stat(root_ + mount.source);
		if (!source.ok() || !S_ISBLK(source.value().st_mode))
			return {};
		const std::string first = name_of(source.value().st_rdev);
		for (const std::string &id : names("/sys/fs/btrfs")) {
			auto all = names("/sys/fs/btrfs/" + id + "/devices");
			if (std::ranges::find(all, first) != all.end())
				return all;
		}
		return {first};
	}

	void add_file(const std::string &path)
	{
		if (const Mount *mount = find_mount_of(mounts_, path))
			found_.insert(mount->device);
	}

	void add_device(const std::string &name, int depth)
	{
		const std::string folder = "/sys/class/block/" + name;

		if (name.empty() || depth > kDeepest)
			return;
		if (const auto file = read_file(root_ + folder + "/loop/backing_file"); file.ok())
			add_file(file.value());
		for (const std::string &slave : names(folder + "/slaves"))
			add_device(slave, depth + 1);
		if (sys::stat(root_ + folder + "/partition").ok())
			add_device(disk_of(folder), depth + 1);
	}

	// A partition's folder lies in its disk's.
	std::string disk_of(const std::string &folder) const
	{
		const auto target = sys::readlink(root_ + folder);
		const std::string path = target.ok() ? target.value() : "";
		const std::string disk = path.substr(0, path.find_last_of('/'));

		return disk.substr(disk.find_last_of('/') + 1);
	}

	void add_overlay(const Mount &mount)
	{
		for (const std::string_view key : {"upperdir", "workdir"})
			if (const auto path = find_option(mount, key))
				add_file(*path);
	}

	const std::string &root_;
	const std::vector<Mount> &mounts_;
	std::set<dev_t> found_;
};

} // namespace

const Mount *find_mount_of(const std::vector<Mount> &mounts, std::string_view file)
{
	const Mount *found = nullptr;

	// Of several at one place the last hides the others.
	for (const Mount &mount : mounts)
		if (is_within(file, mount.path) &&
		    (!found || mount.path.size() >= found->path.size()))
			found = &mount;
	return found;
}

FilesystemLayers read_layers(const std::string &root, const std::vector<Mount> &mounts)
{
	FilesystemLayers layers;
	Descent descent(root, mounts);

	for (const Mount &mount : mounts)
		if (!layers.contains(mount.device))
			layers.emplace(mount.device, descent.below(mount));
	return layers;
}

std::map<dev_t, unsigned int> freeze_levels(const FilesystemLayers &layers)
{
	std::map<dev_t, unsigned int> levels;
	std::set<dev_t> way; // down to here; nothing lies on itself, whatever sysfs says
	std::function<void(dev_t, unsigned int)> put = [&](dev_t device, unsigned int level) {
		unsigned int &now = levels[device];

		if (level < now || !way.insert(device).second)
			return;
		now = level;
		if (const auto found = layers.find(device); found != layers.end())
			for (const dev_t lower : found->second)
				put(lower, level + 1);
		way.erase(device);
	};

	for (const auto &[device, lower] : layers)
		put(device, 0);
	return levels;
}

std::string why_not_freezable(const Mount &mount)
{
	if (std::ranges::find(kFreezable, mount.type) != kFreezable.end())
		return "";
	if (mount.type != "overlay")
		return fmt::format("a filesystem of type {} has no freeze", mount.type);
	const auto upper = find_option(mount, "upperdir");
	if (!upper)
		return "an overlay has no freeze, and this one is never written to";
	return fmt::format("an overlay has no freeze; freeze the filesystem of its upper "
			   "directory '{}'",
			   *upper);
}

} // namespace gatehouse
