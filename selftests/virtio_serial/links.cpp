// SPDX-License-Identifier: GPL-2.0-or-later
//
// Ports by name: the links that the distribution's udev rule makes from the
// class, the attribute and the uevents of the driver.

#include <sys/stat.h>
#include <unistd.h>

#include "host.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

const std::string kLink = "/dev/virtio-ports/" + std::string(kPort);

bool exists(const std::string &path)
{
	return access(path.c_str(), F_OK) == 0;
}

bool links_to(const std::string &link, const Port &port)
{
	struct stat by_link = {}, by_node = {};
	return stat(link.c_str(), &by_link) == 0 &&
	       stat(("/dev/" + port.id).c_str(), &by_node) == 0 &&
	       by_link.st_rdev == by_node.st_rdev;
}

} // namespace

TEST(the_link_by_name_leads_to_the_port, .topology = "udev")
{
	const Port port = find_port();
	ASSERT_EVENTUALLY(links_to(kLink, port));
}

TEST(every_port_has_its_own_link, .topology = "udev")
{
	for (const std::string name : {"org.gatehouse.test.0", "org.gatehouse.test.1",
				       "org.gatehouse.up.0", "org.qemu.guest_agent.0"}) {
		const Port port = find_port(name);
		ASSERT_EVENTUALLY(links_to("/dev/virtio-ports/" + name, port));
	}
}

TEST(a_port_opened_by_its_link_carries_data, .topology = "udev")
{
	ASSERT_EVENTUALLY(exists(kLink));
	host::connect(kPort);
	wait_host(kPort, HostState::Connected);
	const UniqueFd fd(ASSERT_CALL(open(kLink.c_str(), O_RDWR | O_CLOEXEC)));
	EXPECT_EQ(ASSERT_CALL(write(fd.get(), "by name", 7)), 7);
	EXPECT_EQ(host::recv(kPort, 7), "by name");
}

TEST(the_link_goes_at_unplug_and_returns_at_plug, .topology = "udev")
{
	ASSERT_EVENTUALLY(exists(kLink));
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!exists(kLink));
	host::plug(kPort);
	ASSERT_EVENTUALLY(links_to(kLink, find_port()));
}

TEST(the_link_goes_at_unplug_of_an_open_port, .topology = "udev")
{
	const OpenPort port;
	ASSERT_EVENTUALLY(exists(kLink));
	host::unplug(kPort);
	ASSERT_EVENTUALLY(!exists(kLink));
	ASSERT_EVENTUALLY(!exists("/dev/" + port.port().id));
}

} // namespace gatehouse::test
