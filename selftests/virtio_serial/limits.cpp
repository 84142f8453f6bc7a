// SPDX-License-Identifier: GPL-2.0-or-later
//
// How much memory a port may hold: the attributes rx_limit_kib and
// tx_limit_kib, and the module's parameters of the same names.

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "file.hpp"
#include "host.hpp"
#include "pattern.hpp"
#include "port.hpp"
#include "ports.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr uint64_t kSeed = 9;
constexpr size_t kKiB = 1 << 10;
constexpr const char *kParameters = "/sys/module/virtio_serial/parameters/";
constexpr const char *kNew = "org.gatehouse.new.0";

std::string read_limit(const std::string &path)
{
	const auto text = read_file(path);
	return text.ok() ? text.value() : text.error().message();
}

// 0, or the errno of write(2).
int try_limit(const std::string &path, std::string_view text)
{
	const auto done = write_file(path, text);
	return done.ok() ? 0 : done.error().code;
}

void set_limit(const std::string &path, std::string_view text)
{
	ASSERT_EQ(try_limit(path, text), 0);
}

std::string attribute(const Port &port, const char *name)
{
	return port.syspath + "/" + name;
}

std::string buffers_received(const OpenPort &port)
{
	port.wait_for(POLLIN);
	return find_key(read_port_facts("", port.port().id), "buffers_received").value_or("");
}

// What a port takes while its host reads nothing.
size_t room(const char *tx_limit)
{
	const ConnectedPort port(O_RDWR | O_NONBLOCK);
	set_limit(attribute(port.port(), "tx_limit_kib"), tx_limit);
	host::pause(kPort);
	const size_t taken = port.fill(kSeed);
	host::resume(kPort);
	host::recv_pattern(kPort, kSeed, taken);
	host::disconnect(kPort);
	wait_host(kPort, HostState::Away);
	return taken;
}

} // namespace

// QEMU and the socket hold some, too, and the same each time but for the piece
// that QEMU is in the middle of.
TEST(a_port_holds_less_for_the_host_with_a_limit)
{
	on_exit([] { set_limit(attribute(find_port(), "tx_limit_kib"), "1024"); });
	const size_t most = room("1024");
	const size_t least = room("32");
	ASSERT_GT(most, least + (1024 - 32 - 64) * kKiB);
	ASSERT_GT(least + (1024 - 32 + 64) * kKiB, most);
}

TEST(a_higher_limit_lets_a_writer_go_on)
{
	const ConnectedPort port;
	const std::string path = attribute(port.port(), "tx_limit_kib");
	on_exit([=] { set_limit(path, "1024"); });
	set_limit(path, "32");
	host::pause(kPort);
	const std::string data = pattern(kSeed, 768 * kKiB);
	Worker writer([&] { return write(port.fd(), data.data(), data.size()); });
	writer.wait_asleep(SYS_write);
	set_limit(path, "1024");
	EXPECT_EQ(writer.result(), data.size());
	host::resume(kPort);
	host::recv_pattern(kPort, kSeed, data.size());
}

// On a device of its own, whose rings hold no buffers of an earlier limit. A
// buffer that a reader has emptied is posted again, so nobody reads at first.
TEST(a_port_takes_no_more_from_the_host_than_its_limit)
{
	host::plug_device("vserlimit", {kNew});
	set_limit(attribute(find_port(kNew), "rx_limit_kib"), "16");
	const ConnectedPort port(O_RDWR | O_NONBLOCK, kNew);
	const size_t total = 256 * kKiB;
	host::start_send_pattern(kNew, kSeed, total);
	ASSERT_EVENTUALLY(buffers_received(port) == "4");
	host::settle();
	EXPECT_EQ(buffers_received(port), "4");
	EXPECT_EQ(pattern_mismatch(port.read_all(total), kSeed, 0), total);
	host::join(kNew);
}

struct Limit {
	const char *name;
	int least;
	int most;
};
constexpr Limit kLimits[] = {{"rx_limit_kib", 4, 512}, {"tx_limit_kib", 32, 1024}};

TEST_EACH(a_limit_is_checked, kLimits)
{
	const std::string places[] = {attribute(find_port(), variant.name),
				      std::string(kParameters) + variant.name};
	for (const std::string &path : places) {
		EXPECT_EQ(read_limit(path), fmt::format("{}", variant.most));
		for (const std::string &wrong :
		     {std::string("0"), std::string("-1"), std::string("some"), std::string("4x"),
		      fmt::format("{}", variant.least - 1), fmt::format("{}", variant.most + 1)})
			EXPECT_EQ(errno_name(try_limit(path, wrong)), "EINVAL");
		EXPECT_EQ(errno_name(try_limit(path, "4294967297")), "ERANGE");
		EXPECT_EQ(read_limit(path), fmt::format("{}", variant.most));
		set_limit(path, fmt::format("{}\n", variant.least));
		EXPECT_EQ(read_limit(path), fmt::format("{}", variant.least));
		set_limit(path, fmt::format("{}", variant.most));
	}
}

TEST_EACH(a_new_port_has_the_limit_of_the_module, kLimits)
{
	const std::string path = std::string(kParameters) + variant.name;
	const std::string most = fmt::format("{}", variant.most);
	on_exit([=] { set_limit(path, most); });
	set_limit(path, "64");
	host::plug(kNew);
	EXPECT_EQ(read_limit(attribute(find_port(kNew), variant.name)), "64");
	EXPECT_EQ(read_limit(attribute(find_port(), variant.name)), most);
}

} // namespace gatehouse::test
