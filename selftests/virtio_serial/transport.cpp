// SPDX-License-Identifier: GPL-2.0-or-later
//
// The machines of kTransports are what their names say: a case that runs in all
// of them would pass on the same transport as well.

#include <linux/virtio_config.h>
#include <stdlib.h>

#include "file.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

TEST(each_machine_has_its_transport, .topology = kTransports)
{
	const std::string_view machine = getenv("GATEHOUSE_TOPOLOGY");
	const std::string name = find_port().device;
	const std::string device = "/sys/bus/virtio/devices/" + name;
	const std::string interrupts = ASSERT_OK(read_file("/proc/interrupts"));
	const std::string bits = ASSERT_OK(read_file(device + "/features"));
	const std::string driver = link_name(device + "/../driver");

	EXPECT_EQ(driver, machine == "mmio" ? "virtio-mmio" : "virtio-pci");
	EXPECT_EQ(bits.at(VIRTIO_F_VERSION_1), machine == "legacy" ? '0' : '1');
	EXPECT_EQ(bits.at(VIRTIO_F_RING_PACKED), machine == "packed" ? '1' : '0');
	// One for all queues, as virtio-pci calls it; virtio-mmio has no other.
	EXPECT_EQ(interrupts.find(name + "-virtqueues") != interrupts.npos,
		  machine != "vectors" && machine != "mmio");
}

} // namespace gatehouse::test
