// SPDX-License-Identifier: GPL-2.0-or-later
//
// Consoles (QEMU's virtconsole): /dev/hvcN, and the kernel's log.

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console.hpp"
#include "file.hpp"
#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "ports.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr std::string_view kFirst = "org.gatehouse.console.0";
constexpr std::string_view kSecond = "org.gatehouse.console.1";
constexpr std::string_view kNew = "org.gatehouse.console.9";
constexpr uint64_t kSeed = 3;

struct Which {
	const char *name;
	std::string_view port;
};
const Which kConsoles[] = {{"first", kFirst}, {"second", kSecond}, {"alone", kNameless}};

// One write(2) to the kernel's log, with the level of an alert.
void print(std::string_view text)
{
	const UniqueFd fd(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
	const std::string line = fmt::format("<1>{}\n", text);
	ASSERT_CALL(write(fd.get(), line.data(), line.size()));
}

// Reads what comes to the host until this is in it.
void expect_at_host(std::string_view port, std::string_view text)
{
	std::string got;
	const bool seen = eventually([&] {
		if (const size_t more = host::received(port))
			got += host::recv(port, std::min<size_t>(more, 16384));
		return got.find(text) != std::string::npos;
	});
	if (!seen)
		fail(fmt::format("'{}' never came to {}; the end of what did: {}", text, port,
				 got.substr(got.size() - std::min<size_t>(got.size(), 200))));
}

// The console that has the kernel's log.
std::string_view log_console()
{
	for (const Which &which : kConsoles) {
		if (wait_console(console_folder(which.port)) == "/dev/hvc0")
			return which.port;
	}
	fail("there is no hvc0");
}

int delete_module()
{
	return syscall(SYS_delete_module, "virtio_serial", O_NONBLOCK);
}

void load_module()
{
	const std::string path = std::string(getenv("GATEHOUSE_MODULES")) + "/virtio_serial.ko";
	const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
	ASSERT_CALL(syscall(SYS_finit_module, fd.get(), "", 0));
}

void bind_driver(const std::string &device, const char *verb)
{
	ASSERT_OK(
		write_file(fmt::format("/sys/bus/virtio/drivers/virtio_serial/{}", verb), device));
}

} // namespace

TEST_EACH(a_console_carries_bytes_both_ways, kConsoles, .topology = "console")
{
	Console(variant.port).expect_carries();
}

TEST(consoles_do_not_mix, .topology = "console")
{
	const Console first(kFirst);
	const Console second(kSecond);
	const Console alone(kNameless);
	for (int round = 0; round < 20; round++) {
		first.expect_carries();
		second.expect_carries();
		alone.expect_carries();
	}
}

TEST(a_console_is_a_terminal, .topology = "console")
{
	const Console console(kSecond, TtyMode::Cooked);
	host::send(kSecond, "lx\177s\r");
	EXPECT_EQ(console.read_line(), "ls\n");
	EXPECT_EQ(host::recv(kSecond, 8), "lx\b \bs\r\n");
	console.write("a\n");
	EXPECT_EQ(host::recv(kSecond, 3), "a\r\n");
}

TEST(a_stream_arrives_as_it_was_sent, .topology = "console", .deadline = 60)
{
	const Console console(kSecond);
	constexpr size_t kLength = 100'000;
	constexpr size_t kBuffers = 600'000; // more than the device is given at once
	host::start_send_pattern(kSecond, kSeed, kBuffers);
	EXPECT_TRUE(console.read_all(kBuffers) == pattern(kSeed, kBuffers));
	host::join(kSecond);
	host::start_recv_pattern(kSecond, kSeed, kLength);
	console.write(pattern(kSeed, kLength));
	host::join(kSecond);
}

TEST(what_came_before_open_is_read, .topology = "console")
{
	const std::string tty = wait_console(console_folder(kSecond));
	host::connect(kSecond);
	host::send(kSecond, "early");
	host::settle();
	EXPECT_EQ(Tty(tty).read_all(5), "early");
}

TEST(what_was_written_before_close_arrives, .topology = "console")
{
	for (int round = 0; round < 20; round++) {
		Console console(kSecond);
		console.write("bye");
		console.close();
		EXPECT_EQ(host::recv(kSecond, 3), "bye");
	}
}

TEST(the_ports_node_of_a_console_can_not_be_opened, .topology = "console")
{
	const Port port = find_port(kFirst);
	wait_console(port.syspath);
	EXPECT_FAILS(try_open(port).get(), ENXIO);
}

TEST(the_kernels_log_arrives, .topology = "console")
{
	const std::string_view port = log_console();
	host::connect(port);
	for (int line = 0; line < 100; line++)
		print(fmt::format("line {} of the test", line));
	expect_at_host(port, "line 99 of the test\r\n");
}

TEST(the_kernels_log_and_a_program_share_a_console, .topology = "console", .deadline = 60)
{
	const std::string_view port = log_console();
	const Console console(port);
	std::atomic<bool> stop = false;
	Worker writer([&] {
		long n = 0;
		while (!stop && n >= 0)
			n = write(console.fd(), "program\n", 8);
		return n;
	});
	for (int line = 0; line < 300; line++)
		print(fmt::format("line {}", line));
	stop = true;
	EXPECT_EQ(writer.result(), 8);
	expect_at_host(port, "program");
	print("the last line");
	expect_at_host(port, "the last line\r\n");
}

// All of it, from the first line on: what was printed before there was a console.
TEST(the_log_of_the_boot_arrives, .topology = "console_log", .deadline = 60)
{
	const auto whole = [] {
		std::string got;
		const bool seen = eventually([&] {
			if (const size_t more = host::received(kFirst))
				got += host::recv(kFirst, std::min<size_t>(more, 16384));
			return got.find("[hvc0] enabled") != std::string::npos;
		});
		return seen ? got : "";
	}();
	EXPECT_TRUE(whole.find("Linux version") < 200);
	// No line is cut: each begins with its time.
	size_t lines = 0;
	for (size_t at = 0, end; (end = whole.find("\r\n", at)) != std::string::npos;
	     at = end + 2) {
		lines++;
		if (whole[at] != '[')
			fail("not a line: " + whole.substr(at, end - at));
	}
	note(fmt::format("{} lines, {} bytes", lines, whole.size()));
	EXPECT_TRUE(lines > 100);
}

TEST(a_console_comes_and_goes, .topology = "console")
{
	for (int round = 0; round < 5; round++) {
		host::call("plug", {{"port", kNew}, {"console", true}});
		Console(kNew).expect_carries();
		host::unplug(kNew);
		ASSERT_EVENTUALLY(!has_port(kNew));
	}
}

// A shell there ends: its reads return, and its writes fail.
TEST(who_has_a_console_open_is_hung_up_by_its_unplug, .topology = "console", .deadline = 60)
{
	for (int round = 0; round < 5; round++) {
		host::call("plug", {{"port", kNew}, {"console", true}});
		const Console console(kNew);
		const std::string tty = wait_console(console_folder(kNew));
		Worker reader([&] {
			char byte;
			return read(console.fd(), &byte, 1);
		});
		reader.wait_asleep(SYS_read);
		Worker writer([&] {
			const std::string data(3000, 'x');
			long n = 0;
			while (n >= 0)
				n = write(console.fd(), data.data(), data.size());
			return n;
		});
		host::unplug(kNew);
		EXPECT_TRUE(reader.result() <= 0);
		EXPECT_EQ(writer.result(), -1);
		EXPECT_EQ(writer.error(), EIO);
		ASSERT_EVENTUALLY(!has_port(kNew));
		host::settle();
	}
	Console(kSecond).expect_carries();
}

TEST(a_console_opened_and_unplugged_at_once_harms_nobody, .topology = "console_smp",
     .deadline = 120)
{
	for (int round = 0; round < 20; round++) {
		host::call("plug", {{"port", kNew}, {"console", true}});
		const std::string tty = wait_console(console_folder(kNew));
		std::atomic<bool> stop = false;
		// Until there is nothing to open any more.
		const auto use = [&] {
			char buffer[64];
			while (!stop) {
				const UniqueFd fd(::open(
					tty.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
				if (!fd)
					break;
				(void)!write(fd.get(), "some bytes", 10);
				(void)!read(fd.get(), buffer, sizeof(buffer));
			}
			return 0L;
		};
		Worker first(use);
		Worker second(use);
		print("a line");
		host::unplug(kNew);
		ASSERT_EVENTUALLY(!has_port(kNew));
		stop = true;
	}
	Console(kSecond).expect_carries();
}

TEST(a_module_with_an_open_console_stays, .topology = "console")
{
	{
		const Console console(kSecond);
		EXPECT_FAILS(delete_module(), EWOULDBLOCK);
		console.expect_carries();
		// A hangup ends the use of the tty, but hvc still has it.
		const UniqueFd other(::open(wait_console(console_folder(kFirst)).c_str(),
					    O_RDWR | O_NOCTTY | O_CLOEXEC));
	}
	ASSERT_EVENTUALLY(!delete_module());
	load_module();
	Console(kSecond).expect_carries();
}

// Its object in hvc lives as long as the file, and calls us when it is opened.
TEST(a_module_whose_console_is_hung_up_but_held_stays, .topology = "console")
{
	const std::string tty = wait_console(console_folder(kSecond));
	{
		Tty held(tty);
		const pid_t child = fork();
		if (!child) {
			setsid();
			const int fd = open(tty.c_str(), O_RDWR);
			_exit(ioctl(fd, TIOCSCTTY, 1) || vhangup() ? 1 : 0);
		}
		waitpid(child, nullptr, 0);
		held.wait_for(POLLHUP);
		EXPECT_FAILS(delete_module(), EWOULDBLOCK);
		Console(kSecond).expect_carries();
	}
	ASSERT_EVENTUALLY(!delete_module());
	load_module();
	Console(kSecond).expect_carries();
}

TEST(a_device_that_is_unbound_hangs_its_consoles_up, .topology = "console", .deadline = 60)
{
	for (int round = 0; round < 3; round++) {
		const std::string device = find_port(kFirst).device;
		const Console console(kSecond);
		Worker reader([&] {
			char byte;
			return read(console.fd(), &byte, 1);
		});
		reader.wait_asleep(SYS_read);
		bind_driver(device, "unbind");
		EXPECT_TRUE(reader.result() <= 0);
		EXPECT_FAILS(write(console.fd(), "x", 1), EIO);
		bind_driver(device, "bind");
	}
	Console(kFirst).expect_carries();
	Console(kSecond).expect_carries();
}

} // namespace gatehouse::test
