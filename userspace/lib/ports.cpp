// SPDX-License-Identifier: GPL-2.0-or-later

#include "ports.hpp"

#include <fmt/format.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>

#include "file.hpp"
#include "nearest.hpp"
#include "output.hpp"
#include "syscall.hpp"
#include "udev.hpp"
#include "virtio_bus.hpp"

namespace gatehouse {

namespace {

const std::array<std::string, 2> kClassNames = {"virtio-ports", "vser-ports"};

// Every entry of a class directory is a link to the device's own directory.
Result<std::vector<std::string>> walk(const std::string &root)
{
	std::vector<std::string> paths;

	for (const std::string &name : kClassNames) {
		const std::string directory = root + "/sys/class/" + name;
		auto entries = sys::list_directory(directory);
		if (entries.failed_with(ENOENT))
			continue; // that class is not there
		for (const std::string &entry : TRY(std::move(entries)))
			paths.push_back(directory + "/" + entry);
	}
	return paths;
}

std::string read_or_empty(const std::string &path)
{
	auto text = read_file(path);

	return text.ok() ? text.take() : "";
}

HostState parse_host(std::string_view value)
{
	if (value == "1")
		return HostState::Connected;
	return value == "0" ? HostState::Away : HostState::Unknown;
}

bool contains(const std::vector<DeviceKey> &keys, const DeviceKey &key)
{
	return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// The driver's own node by name, which has a number of its own.
bool is_drivers_node(const Port &port, const DeviceKey &key)
{
	const std::string number = fmt::format("{}:{}", major(key.first), minor(key.first));

	return !key.second && read_or_empty(port.syspath + "/named/dev") == number;
}

// The node by name counts where udev, or the driver, has made it for this very
// port: a name may hold "../", and lead anywhere.
void find_nodes(const std::string &root, Port &port)
{
	const std::string named = root + "/dev/virtio-ports/" + port.name;
	const auto named_key = device_key(named);

	port.node = root + "/dev/" + port.id;
	if (const auto key = device_key(port.node); key.ok())
		port.keys.push_back(key.value());
	if (port.name.empty() || !named_key.ok())
		return;
	const bool is_link = contains(port.keys, named_key.value());
	if (!is_link && !is_drivers_node(port, named_key.value()))
		return;
	port.node = named;
	if (!is_link)
		port.keys.push_back(named_key.value());
}

// What a console is used by; who has it open holds the port.
void find_tty(const std::string &root, Port &port)
{
	const std::string name = read_or_empty(port.syspath + "/console");

	if (name.empty())
		return;
	port.tty = root + "/dev/" + name;
	if (const auto key = device_key(port.tty); key.ok())
		port.keys.push_back(key.value());
}

// vport10p2 comes after vport9p30.
bool by_number(const Port &left, const Port &right)
{
	return strverscmp(left.id.c_str(), right.id.c_str()) < 0;
}

Error doubled(const std::string &word, const std::vector<Port> &matches)
{
	std::string ids;

	for (const Port &port : matches)
		ids += (ids.empty() ? "" : ", ") + port.id;
	return Error{0, fmt::format("{} ports are named '{}': say which, {}", matches.size(),
				    output::escape(word), ids)};
}

} // namespace

const std::span<const std::string> kPortClasses = kClassNames;

Port read_port(const std::string &root, const std::string &syspath)
{
	Port port;

	port.syspath = syspath;
	port.id = syspath.substr(syspath.rfind('/') + 1);
	port.name = read_or_empty(syspath + "/name");
	port.device = link_name(syspath + "/device");
	port.driver = link_name(syspath + "/device/driver");
	find_nodes(root, port);
	port.host = parse_host(read_or_empty(syspath + "/host_connected"));

	const std::string facts = read_port_facts(root, port.id);
	if (port.host == HostState::Unknown)
		port.host = parse_host(find_key(facts, "host_connected").value_or(""));
	find_tty(root, port);
	port.console = !port.tty.empty() || find_key(facts, "is_console") == "yes";
	return port;
}

std::string read_port_facts(const std::string &root, const std::string &id)
{
	for (const std::string &name : kClassNames) {
		auto facts = read_file(root + "/sys/kernel/debug/" + name + "/" + id);
		if (facts.ok())
			return facts.take();
	}
	return "";
}

PortList::PortList(std::string root, std::vector<Port> ports)
	: root_(std::move(root)), ports_(std::move(ports))
{}

Result<PortList> PortList::scan(const std::string &root)
{
	const bool by_udev = root.empty() && udev_is_running();
	const auto paths = TRY(by_udev ? list_udev_devices(kPortClasses) : walk(root));
	std::vector<Port> ports;

	for (const std::string &path : paths)
		ports.push_back(read_port(root, path));
	std::sort(ports.begin(), ports.end(), by_number);

	if (ports.empty())
		return PortList(root, {});
	const auto holders = find_holders(root + "/proc");
	for (Port &port : ports) {
		for (const DeviceKey &key : port.keys) {
			if (const auto holder = holders.find(key); holder != holders.end())
				port.holder = holder->second;
		}
	}
	return PortList(root, std::move(ports));
}

Result<Port> PortList::find(const std::string &word) const
{
	const bool is_path = word.starts_with('/');
	std::vector<Port> matches;
	std::vector<std::string> names;

	if (const std::string why = advice(); !why.empty())
		return Error{0, why};
	const auto key = is_path ? device_key(word) : Error{};
	if (is_path && !key.ok())
		return key.error();
	for (const Port &port : ports_) {
		if (is_path ? contains(port.keys, key.value())
			    : port.name == word || port.id == word)
			matches.push_back(port);
		names.push_back(port.label());
	}
	if (matches.size() == 1)
		return matches.front();
	if (!matches.empty())
		return doubled(word, matches);
	if (is_path)
		return Error{0, fmt::format("'{}' is not a virtio-serial port", word)};
	return Error{0, fmt::format("no port is named '{}'{}", output::escape(word),
				    output::escape(suggestion(word, names)))};
}

std::string PortList::advice() const
{
	if (!ports_.empty())
		return "";
	const auto devices = list_console_devices(root_);
	if (!devices.ok())
		return devices.error().message();
	if (devices.value().empty())
		return "no virtio-serial device in this machine (with QEMU: -device virtio-serial)";
	for (const ConsoleDevice &device : devices.value())
		if (device.driver.empty())
			return fmt::format("{} has no driver: load one with 'modprobe {}'",
					   device.name, kOurDriver);
	return "no ports: the virtio-serial device has none (with QEMU: -device virtserialport)";
}

} // namespace gatehouse
