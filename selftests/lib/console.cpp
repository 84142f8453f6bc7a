// SPDX-License-Identifier: GPL-2.0-or-later

#include "console.hpp"

#include <vector>

#include "file.hpp"
#include "host.hpp"
#include "port.hpp"
#include "ports.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

std::string find_nameless()
{
	std::string found;
	const bool seen = eventually([&] {
		for (const std::string &port_class : kPortClasses) {
			const std::string folder = "/sys/class/" + port_class;
			const auto ids = sys::list_directory(folder);
			for (const std::string &id :
			     ids.ok() ? ids.value() : std::vector<std::string>{}) {
				const auto name = read_file(folder + "/" + id + "/name");
				const auto tty = read_file(folder + "/" + id + "/console");
				if (name.ok() && name.value().empty() && tty.ok() &&
				    !tty.value().empty())
					found = folder + "/" + id;
			}
		}
		return !found.empty();
	});
	if (!seen)
		fail("there is no console without a name");
	return found;
}

} // namespace

std::string console_folder(std::string_view name)
{
	return name == kNameless ? find_nameless() : find_port(name).syspath;
}

Console::Console(std::string_view name, TtyMode mode, int flags)
	: Tty(wait_console(console_folder(name)), mode, flags), name(name)
{
	host::connect(name);
}

void Console::expect_carries() const
{
	write("to the host");
	EXPECT_EQ(host::recv(name, 11), "to the host");
	host::send(name, "to the guest");
	EXPECT_EQ(read_all(12), "to the guest");
}

} // namespace gatehouse::test
