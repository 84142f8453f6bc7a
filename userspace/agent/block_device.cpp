// SPDX-License-Identifier: GPL-2.0-or-later

#include "block_device.hpp"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <cstdio>
#include <optional>

#include "file.hpp"
#include "syscall.hpp"
#include "table.hpp"

namespace agent {

using namespace gatehouse;

namespace {

std::vector<std::string> parts_of(const std::string &path)
{
	std::vector<std::string> parts;

	for (size_t start = 0; start < path.size();) {
		const size_t end = std::min(path.find('/', start), path.size());
		parts.push_back(path.substr(start, end - start));
		start = end + 1;
	}
	return parts;
}

// Numbers with something between them, the whole word: "0000:00:02.0", "2:0:1:0".
std::optional<std::array<unsigned int, 4>> four_numbers(const std::string &word, const char *format)
{
	std::array<unsigned int, 4> n = {};
	int length = 0;

	if (sscanf(word.c_str(), format, &n[0], &n[1], &n[2], &n[3], &length) < 4 ||
	    static_cast<size_t>(length) != word.size())
		return {};
	return n;
}

constexpr const char *kPci = "%4x:%2x:%2x.%1x%n", *kScsi = "%u:%u:%u:%u%n";

// What each folder on the way to the disk adds to its address.
void add_part(Json &address, const std::string &part)
{
	if (const auto pci = four_numbers(part, kPci))
		address["pci-controller"] = {{"domain", (*pci)[0]},
					     {"bus", (*pci)[1]},
					     {"slot", (*pci)[2]},
					     {"function", (*pci)[3]}};
	if (const auto scsi = four_numbers(part, kScsi)) {
		address["bus"] = (*scsi)[1];
		address["target"] = (*scsi)[2];
		address["unit"] = (*scsi)[3];
	}
	if (index_of(part, "virtio") >= 0)
		address["bus-type"] = "virtio";
	else if (index_of(part, "ata") >= 0)
		address["bus-type"] = "sata";
	else if (index_of(part, "usb") >= 0)
		address["bus-type"] = "usb";
	else if (index_of(part, "nvme") >= 0)
		address["bus-type"] = "nvme";
	else if (index_of(part, "mmc") >= 0)
		address["bus-type"] = "mmc";
	else if (index_of(part, "host") >= 0 && address["bus-type"] != "sata" &&
		 address["bus-type"] != "usb")
		address["bus-type"] = "scsi";
}

void add_serial(Json &address, const std::string &folder)
{
	for (const char *file : {"/serial", "/device/serial"}) {
		const auto serial = read_file(folder + file);
		if (serial.ok() && !serial.value().empty())
			address["serial"] = serial.value();
	}
}

} // namespace

std::string block_name(Agent &agent, dev_t device)
{
	return link_name(
		agent.path(fmt::format("/sys/dev/block/{}:{}", major(device), minor(device))));
}

std::vector<std::string> block_slaves(Agent &agent, const std::string &name)
{
	auto names = sys::list_directory(agent.path("/sys/class/block/" + name + "/slaves"));

	return names.ok() ? names.take() : std::vector<std::string>();
}

bool is_on_a_device(const Mount &mount)
{
	return mount.source.starts_with('/') && mount.type != "cifs" && mount.type != "smb3";
}

Json disk_address(Agent &agent, const std::string &name)
{
	const auto real = sys::realpath(agent.path("/sys/class/block/" + name));
	constexpr int kUnknown = -1;
	Json address = {{"bus-type", "unknown"},
			{"bus", 0},
			{"target", 0},
			{"unit", 0},
			{"dev", "/dev/" + name},
			{"pci-controller",
			 {{"domain", kUnknown},
			  {"bus", kUnknown},
			  {"slot", kUnknown},
			  {"function", kUnknown}}}};

	if (!real.ok() || real.value().find("/virtual/") != std::string::npos)
		return {};
	// The disk's own folder, of a partition the one above.
	std::string disk = real.value();
	if (sys::stat(disk + "/partition").ok())
		disk = disk.substr(0, disk.rfind('/'));
	for (const std::string &part : parts_of(disk.substr(agent.path("").size())))
		add_part(address, part);
	add_serial(address, disk);
	return address;
}

} // namespace agent
