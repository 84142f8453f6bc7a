// SPDX-License-Identifier: GPL-2.0-or-later
//
// A machine with virtio console devices and ports, as a folder with sys, dev
// and proc as they look to a program.

#pragma once

#include "unit.hpp"

namespace unit {

class Machine
{
public:
	const std::string &root() const { return folder_.path(); }
	const Folder &folder() const { return folder_; }

	// driver "" leaves the device without one.
	void add_device(const std::string &device, const std::string &driver,
			const std::string &id = "0x0003") const
	{
		const std::string path = "sys/devices/" + device;

		folder_.write(path + "/device", id + "\n");
		folder_.link("sys/bus/virtio/devices/" + device, "../../../devices/" + device);
		if (!driver.empty())
			folder_.link(path + "/driver", "../../bus/virtio/drivers/" + driver);
	}

	void add_driver(const std::string &driver) const
	{
		folder_.write("sys/bus/virtio/drivers/" + driver + "/bind", "");
		folder_.write("sys/bus/virtio/drivers/" + driver + "/unbind", "");
	}

	// host is the attribute's value; "" for a driver that has none.
	void add_port(const std::string &device, const std::string &id, const std::string &name,
		      const std::string &host, const std::string &subsystem = "virtio-ports") const
	{
		const std::string path = "sys/devices/" + device + "/" + subsystem + "/" + id;

		folder_.write(path + "/name", name + "\n");
		folder_.link(path + "/device", "../../../" + device);
		if (!host.empty())
			folder_.write(path + "/host_connected", host + "\n");
		folder_.link("sys/class/" + subsystem + "/" + id,
			     "../../../" + path); // relative to sys/class/CLASS
		folder_.write("dev/" + id, "");
	}

	void hold(const std::string &pid, const std::string &comm, const std::string &id) const
	{
		folder_.write("proc/" + pid + "/comm", comm + "\n");
		folder_.link("proc/" + pid + "/fd/3", root() + "/dev/" + id);
	}

private:
	Folder folder_;
};

} // namespace unit
