// SPDX-License-Identifier: GPL-2.0-or-later
//
// The virtio-serial ports of this machine, ours and the stock driver's alike:
// found by libudev, or by a walk of sysfs where no udev runs or below another
// root. Names are the host's choice and not to be trusted: they may be empty,
// doubled, or hold any byte but NUL and '/'.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holders.hpp"
#include "result.hpp"

namespace gatehouse {

// The class of ports, and the one of our driver where a stock driver has taken
// that name.
extern const std::span<const std::string> kPortClasses;

enum class HostState {
	Unknown, // the stock driver tells root only, in debugfs
	Away,
	Connected,
};

struct Port {
	std::string id;	  // "vport1p2"
	std::string name; // "org.qemu.guest_agent.0", may be empty
	std::string node; // "/dev/virtio-ports/NAME" where that exists, else "/dev/vport1p2"
	std::string tty;  // of a console, as far as is known: "/dev/hvc0"
	std::vector<DeviceKey> keys; // of all its nodes
	std::string device;	     // "virtio1"
	std::string driver;	     // "virtio_serial" or "virtio_console"
	std::string syspath;
	HostState host = HostState::Unknown;
	bool console = false; // is an hvc console, as far as is known
	std::optional<Holder> holder;

	// How people call it: by name when it has one.
	const std::string &label() const { return name.empty() ? id : name; }
};

// Reads what sysfs says of one port; the holder is left open.
Port read_port(const std::string &root, const std::string &syspath);

// What the driver tells of a port in debugfs, lines of "key: value"; "" to who may
// not read it, or where no debugfs is mounted.
std::string read_port_facts(const std::string &root, const std::string &id);

// The ports at one moment, in the order of their numbers.
class PortList
{
public:
	// root is "" but for tests.
	static Result<PortList> scan(const std::string &root);

	std::span<const Port> ports() const { return ports_; }

	// The port that a user means: by name, by id, or by a path in /dev.
	Result<Port> find(const std::string &word) const;

	// Why there are no ports and what to do about it; "" when there are.
	std::string advice() const;

private:
	PortList(std::string root, std::vector<Port> ports);

	std::string root_;
	std::vector<Port> ports_;
};

} // namespace gatehouse
