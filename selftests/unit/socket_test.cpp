// SPDX-License-Identifier: GPL-2.0-or-later

#include "socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "file.hpp"
#include "syscall.hpp"
#include "unit.hpp"

using namespace gatehouse;

static void words_are_addresses_and_back(void **)
{
	for (const char *word : {"unix:/run/x y", "tcp:localhost:80", "tcp:[::1]:ssh"})
		assert_string_equal(unit::expect_ok(SocketAddress::parse(word)).text().c_str(),
				    word);
	assert_string_equal(unit::expect_ok(SocketAddress::parse("tcp:[::1]:ssh")).host.c_str(),
			    "::1");
	for (const char *word :
	     {"", "unix:", "tcp:", "tcp:host", "tcp:host:", "tcp::80", "udp:a:1"})
		assert_true(SocketAddress::parse(word).failed_with(EINVAL));
}

// A word each way, and nothing to read before.
static void assert_carries(const Listener &listener, const SocketAddress &address)
{
	char buffer[16];
	const UniqueFd client = unit::expect_ok(connect_socket(address));
	const UniqueFd server = unit::expect_ok(listener.accept());

	assert_true(listener.accept().failed_with(EAGAIN));
	assert_true(sys::read(client.get(), buffer, "client").failed_with(EAGAIN));
	unit::expect_ok(write_all(server.get(), "hello", "server"));
	assert_int_equal(unit::expect_ok(sys::poll(client.get(), 1, 1000, "client")), 1);
	assert_int_equal(unit::expect_ok(sys::read(client.get(), buffer, "client")), 5);
}

static void a_unix_socket_carries_and_goes(void **)
{
	const unit::Folder folder;
	const SocketAddress address{folder.path() + "/socket", "", ""};
	{
		const Listener listener = unit::expect_ok(Listener::create(address));
		assert_carries(listener, address);
		assert_true(Listener::create(address).failed_with(EADDRINUSE));
	}
	assert_true(sys::stat(address.path).failed_with(ENOENT));
	assert_true(connect_socket(address).failed_with(ENOENT));
}

static void a_dead_ones_socket_is_replaced_a_file_is_not(void **)
{
	const unit::Folder folder;
	const SocketAddress dead{folder.path() + "/dead", "", ""};
	const SocketAddress file{folder.path() + "/file", "", ""};
	{
		const Listener killed = unit::expect_ok(Listener::create(dead));
		assert_int_equal(rename(dead.path.c_str(), (dead.path + "2").c_str()), 0);
	}
	assert_int_equal(rename((dead.path + "2").c_str(), dead.path.c_str()), 0);
	assert_true(connect_socket(dead).failed_with(ECONNREFUSED));
	assert_carries(unit::expect_ok(Listener::create(dead)), dead);
	folder.write("file", "mine");
	assert_true(Listener::create(file).failed_with(EADDRINUSE));
}

static void tcp_carries(void **)
{
	const SocketAddress any{"", "127.0.0.1", "0"};
	const Listener listener = unit::expect_ok(Listener::create(any));
	sockaddr_in bound = {};
	socklen_t size = sizeof(bound);

	assert_int_equal(getsockname(listener.fd(), reinterpret_cast<sockaddr *>(&bound), &size),
			 0);
	assert_carries(listener, {"", "127.0.0.1", std::to_string(ntohs(bound.sin_port))});
}

static void an_error_names_the_address(void **)
{
	const auto refused = connect_socket({"", "127.0.0.1", "1"});

	assert_string_equal(refused.error().message().c_str(),
			    "tcp:127.0.0.1:1: Connection refused");
	assert_true(connect_socket({std::string(200, 'x'), "", ""}).failed_with(ENAMETOOLONG));
	assert_false(connect_socket({"", "127.0.0.1", "no-such-service"}).ok());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(words_are_addresses_and_back),
	cmocka_unit_test(a_unix_socket_carries_and_goes),
	cmocka_unit_test(a_dead_ones_socket_is_replaced_a_file_is_not),
	cmocka_unit_test(tcp_carries),
	cmocka_unit_test(an_error_names_the_address),
};

UNIT_MAIN(kTests)
