// SPDX-License-Identifier: GPL-2.0-or-later
//
// The exchange that was recorded with Debian's qemu-ga, byte for byte: with ours,
// and with theirs as the machine has it now, so that the record stays true.

#include "exchange.hpp"

#include <cstdlib>

#include "guest_agent.hpp"
#include "test.hpp"

namespace gatehouse::test {

using namespace guest_agent;

namespace {

struct Agent {
	const char *name;
	Program program;
};
constexpr Agent kAgents[] = {{"ours", Program::Ours}, {"qemu_ga", Program::QemuGa}};

} // namespace

TEST_EACH(the_recorded_exchange, kAgents, .topology = "basic,stock", .deadline = 120)
{
	const std::string source = getenv("GATEHOUSE_SOURCE");
	const auto turns = exchange::read(source + "/selftests/agent/exchange.txt");

	ASSERT_GT(turns.size(), 100);
	start_connected(variant.program, {"-b", "guest-get-time"});
	for (const auto &turn : turns) {
		host::send(kAgentPort, turn.request);
		if (turn.reply.empty())
			continue;
		const std::string reply = host::recv(kAgentPort, turn.reply.size());
		if (reply != turn.reply)
			fail(fmt::format("exchange.txt:{}: {}", turn.line, reply));
	}
	synchronise(1);
}

} // namespace gatehouse::test
