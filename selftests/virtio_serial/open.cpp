// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who may open a port, when, and what the descriptor is.

#include <sys/wait.h>
#include <unistd.h>

#include "file.hpp"
#include "host.hpp"
#include "port.hpp"
#include "test.hpp"

namespace gatehouse::test {

TEST(a_second_opener_gets_ebusy)
{
	const OpenPort first;
	EXPECT_FAILS(try_open(first.port()).get(), EBUSY);
	EXPECT_FAILS(try_open(first.port(), O_RDONLY | O_NONBLOCK).get(), EBUSY);
}

TEST(a_port_opens_again_after_close)
{
	for (int round = 0; round < 5; round++)
		const OpenPort port;
}

TEST(other_ports_open_beside_an_open_one)
{
	const OpenPort first;
	const OpenPort second(O_RDWR, "org.gatehouse.test.1");
	EXPECT_NE(first.port().id, second.port().id);
}

TEST(a_port_opens_while_the_host_is_away)
{
	const OpenPort port(O_RDWR | O_NONBLOCK);
	EXPECT_EQ(port.read(1), "");
}

TEST(a_port_that_was_connected_before_open_carries_data_at_once)
{
	const Port port = find_port();
	host::connect(kPort);
	wait_host(kPort, HostState::Connected);
	const UniqueFd fd = try_open(port);
	ASSERT_EQ(ASSERT_CALL(write(fd.get(), "hello", 5)), 5);
	EXPECT_EQ(host::recv(kPort, 5), "hello");
}

TEST(dup_shares_the_open_port)
{
	ConnectedPort port;
	const UniqueFd copy(ASSERT_CALL(dup(port.fd())));
	port.close();
	EXPECT_FAILS(try_open(port.port()).get(), EBUSY);

	ASSERT_EQ(ASSERT_CALL(write(copy.get(), "by the copy", 11)), 11);
	EXPECT_EQ(host::recv(kPort, 11), "by the copy");
}

TEST(fork_shares_the_open_port)
{
	ConnectedPort port;
	const pid_t child = ASSERT_CALL(fork());
	if (child == 0)
		_exit(write(port.fd(), "child", 5) == 5 ? 0 : 1);
	int status = -1;
	ASSERT_CALL(waitpid(child, &status, 0));
	EXPECT_EQ(status, 0);
	EXPECT_EQ(host::recv(kPort, 5), "child");

	// The child's exit closed its copy only.
	EXPECT_FAILS(try_open(port.port()).get(), EBUSY);
	ASSERT_EQ(ASSERT_CALL(write(port.fd(), "parent", 6)), 6);
	EXPECT_EQ(host::recv(kPort, 6), "parent");
	port.close();
	const UniqueFd again = try_open(port.port());
	ASSERT_CALL(again.get());
}

TEST(lseek_and_pread_get_espipe)
{
	const OpenPort port;
	char byte = 0;
	EXPECT_FAILS(lseek(port.fd(), 0, SEEK_SET), ESPIPE);
	EXPECT_FAILS(lseek(port.fd(), 0, SEEK_CUR), ESPIPE);
	EXPECT_FAILS(pread(port.fd(), &byte, 1, 0), ESPIPE);
	EXPECT_FAILS(pwrite(port.fd(), &byte, 1, 0), ESPIPE);
}

TEST(an_unknown_ioctl_gets_enotty)
{
	const OpenPort port;
	EXPECT_TRUE(!isatty(port.fd()));
	EXPECT_EQ(errno, ENOTTY);
}

TEST(the_name_attribute_is_the_hosts_name)
{
	const Port port = find_port();
	EXPECT_EQ(ASSERT_OK(read_file("/sys/class/" + std::string(kPortClasses[0]) + "/" + port.id +
				      "/name")),
		  kPort);
}

TEST(host_connected_follows_the_host)
{
	const Port port = find_port();
	const std::string file = port.syspath + "/host_connected";
	for (int round = 0; round < 3; round++) {
		host::connect(kPort);
		ASSERT_EVENTUALLY(ASSERT_OK(read_file(file)) == "1");
		host::disconnect(kPort);
		ASSERT_EVENTUALLY(ASSERT_OK(read_file(file)) == "0");
	}
}

// A port for a console belongs to hvc, not to the programs that use ports.
TEST(a_console_port_gets_enxio)
{
	constexpr std::string_view kConsole = "org.gatehouse.console.0";
	host::qmp("device_add", {{"driver", "virtconsole"},
				 {"bus", "vser0.0"},
				 {"id", "console0"},
				 {"name", kConsole}});
	on_exit([=] {
		host::qmp("device_del", {{"id", "console0"}});
		ASSERT_EVENTUALLY(!has_port(kConsole));
	});

	const Port port = find_port(kConsole);
	EXPECT_FAILS(try_open(port).get(), ENXIO);
	EXPECT_FAILS(try_open(port, O_RDONLY | O_NONBLOCK).get(), ENXIO);
}

} // namespace gatehouse::test
