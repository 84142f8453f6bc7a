// SPDX-License-Identifier: GPL-2.0-or-later
//
// /dev/virtio-ports/NAME where no udev runs. Every case plugs its own port: one
// that was there before may have lost its node to a listener of an earlier case.

#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "device.hpp"
#include "host.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

constexpr std::string_view kNew = "org.gatehouse.new.0";
constexpr std::string_view kOther = "org.gatehouse.new.1";

std::string path_of(std::string_view name)
{
	return "/dev/virtio-ports/" + std::string(name);
}

struct stat look(const std::string &path)
{
	struct stat status;
	ASSERT_CALL(lstat(path.c_str(), &status));
	return status;
}

bool exists(std::string_view name)
{
	return access(path_of(name).c_str(), F_OK) == 0;
}

// Is the node by name that of the port with this one?
bool leads_to(std::string_view name, const std::string &node)
{
	return look(path_of(name)).st_rdev == look(node).st_rdev + 1;
}

void expect_node(std::string_view name)
{
	if (!eventually([&] { return exists(name); }))
		fail(fmt::format("there is no {}", path_of(name)));
}

// Hears uevents, as udev does.
class Listener
{
public:
	Listener()
		: fd_(ASSERT_CALL(
			  socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)))
	{
		sockaddr_nl address = {};
		address.nl_family = AF_NETLINK;
		address.nl_groups = 1;
		ASSERT_CALL(
			bind(fd_.get(), reinterpret_cast<sockaddr *>(&address), sizeof(address)));
	}

	// Waits for one that begins like this: ACTION@PATH.
	void expect(const std::string &start) const
	{
		std::array<char, 4096> text;
		std::string_view got;
		do {
			const long n = ASSERT_CALL(recv(fd_.get(), text.data(), text.size(), 0));
			got = std::string_view(text.data(), n);
		} while (!got.starts_with(start));
	}

private:
	UniqueFd fd_;
};

} // namespace

TEST(without_udev_a_port_has_a_node_by_name)
{
	host::plug(kNew);
	const Port port = find_port(kNew);
	expect_node(kNew);
	const auto status = look(path_of(kNew));
	EXPECT_TRUE(S_ISCHR(status.st_mode));
	EXPECT_EQ(status.st_mode & 07777, 0600u);
	EXPECT_TRUE(leads_to(kNew, "/dev/" + port.id));
}

TEST(a_port_opened_by_its_node_carries_data)
{
	host::plug(kNew);
	expect_node(kNew);
	const UniqueFd fd(ASSERT_CALL(open(path_of(kNew).c_str(), O_RDWR | O_CLOEXEC)));
	host::connect(kNew);
	wait_host(kNew, HostState::Connected);
	EXPECT_EQ(ASSERT_CALL(write(fd.get(), "by name", 7)), 7);
	EXPECT_EQ(host::recv(kNew, 7), "by name");
}

TEST(both_nodes_are_one_port)
{
	host::plug(kNew);
	const Port port = find_port(kNew);
	expect_node(kNew);
	{
		const UniqueFd fd = try_open(port);
		ASSERT_CALL(fd.get());
		EXPECT_FAILS(open(path_of(kNew).c_str(), O_RDWR | O_CLOEXEC), EBUSY);
	}
	const UniqueFd fd(ASSERT_CALL(open(path_of(kNew).c_str(), O_RDWR | O_CLOEXEC)));
	EXPECT_FAILS(open(("/dev/" + port.id).c_str(), O_RDWR | O_CLOEXEC), EBUSY);
}

TEST(the_node_by_name_goes_at_unplug_and_returns_at_plug)
{
	for (int round = 0; round < 3; round++) {
		host::plug(kNew);
		expect_node(kNew);
		const UniqueFd fd(ASSERT_CALL(open(path_of(kNew).c_str(), O_RDWR | O_CLOEXEC)));
		host::unplug(kNew);
		ASSERT_EVENTUALLY(!exists(kNew));
	}
}

TEST(of_two_ports_of_one_name_the_first_has_the_node, .topology = "hostile")
{
	Device device;
	device.add_port(1, kNew);
	device.add_port(2, kNew);
	device.settle(2);
	expect_node(kNew);
	EXPECT_TRUE(leads_to(kNew, device.node(1)));
	EXPECT_FAILS(access((device.folder(2) + "/named").c_str(), F_OK), ENOENT);
	device.remove_port(2);
	EXPECT_TRUE(exists(kNew));
	device.remove_port(1);
	EXPECT_TRUE(!exists(kNew));
}

TEST(two_devices_share_the_names, .topology = "hostile")
{
	Device first, second;
	first.add_port(1, kNew);
	second.add_port(1, kNew);
	second.add_port(2, kOther);
	expect_node(kOther);
	EXPECT_TRUE(leads_to(kNew, first.node(1)));
	EXPECT_TRUE(leads_to(kOther, second.node(2)));
}

struct BadName {
	const char *name;
	std::string text;
};
const BadName kBadNames[] = {
	{"utf8", "caf\xc3\xa9"},
	{"two_dots", "org..gatehouse"},
	{"longest_and_one", std::string(256, 'a')},
	{"folder_above", ".."},
	{"path", "../null"},
	{"null_within", std::string("a\0b", 3)},
};

TEST_EACH(a_name_that_is_not_fit_has_no_node, kBadNames, .topology = "hostile")
{
	Device device;
	device.add_port(1, variant.text);
	device.add_port(2, kOther);
	expect_node(kOther);
	EXPECT_FAILS(access((device.folder(1) + "/named").c_str(), F_OK), ENOENT);
}

TEST(no_node_is_made_while_somebody_hears_of_uevents)
{
	const Listener listener;
	host::plug(kNew);
	find_port(kNew);
	host::connect(kNew); // of which the guest hears after it has made its nodes
	wait_host(kNew, HostState::Connected);
	EXPECT_TRUE(!exists(kNew));
}

TEST(the_nodes_go_when_somebody_comes_who_hears_of_uevents)
{
	host::plug(kNew);
	host::plug(kOther);
	const Port port = find_port(kNew);
	expect_node(kNew);
	expect_node(kOther);
	const UniqueFd fd(ASSERT_CALL(open(path_of(kNew).c_str(), O_RDWR | O_CLOEXEC)));

	const Listener listener;
	const UniqueFd uevent(
		ASSERT_CALL(open((port.syspath + "/uevent").c_str(), O_WRONLY | O_CLOEXEC)));
	ASSERT_CALL(write(uevent.get(), "add", 3));
	listener.expect("change@"); // comes when a node is gone
	ASSERT_EVENTUALLY(!exists(kNew) && !exists(kOther));

	host::connect(kNew);
	wait_host(kNew, HostState::Connected);
	EXPECT_EQ(ASSERT_CALL(write(fd.get(), "still", 5)), 5);
	EXPECT_EQ(host::recv(kNew, 5), "still");
}

} // namespace gatehouse::test
