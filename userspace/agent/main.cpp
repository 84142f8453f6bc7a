// SPDX-License-Identifier: GPL-2.0-or-later
//
// gatehouse-agent: answers a host in the protocol of QEMU's guest agent. This file
// is its command line, and the order in which it starts and ends.

#include <signal.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>

#include "agent.hpp"
#include "daemon.hpp"
#include "event_loop.hpp"
#include "freezer.hpp"
#include "harden.hpp"
#include "options.hpp"
#include "transport.hpp"

namespace agent {

using namespace gatehouse;
using namespace gatehouse::cli;

static constexpr Option kOptions[] = {
	{"-m,--method", Kind::Text, "virtio-serial, by default, or unix-listen", "METHOD"},
	{"-p,--path", Kind::Text, "the port's node, or the socket's", "PATH"},
	{"-l,--logfile", Kind::Text, "log there and not in the kernel's log", "FILE"},
	{"-v,--verbose", Kind::Flag, "log every command"},
	{"-d,--daemonize", Kind::Flag, "go into the background once ready"},
	{"-t,--statedir", Kind::Text, "for QEMU's agent's sake: no state is kept", "DIR"},
	{"-b,--block-rpcs", Kind::Text, "commands that are not run, with commas", "LIST"},
	{"-a,--allow-rpcs", Kind::Text, "the only commands that are run", "LIST"},
};

static Result<void> serve(const Options &options, UniqueFd waiter)
{
	Log log = TRY(
		Log::open(options.log_file, options.verbose ? Detail::Verbose : Detail::Normal));
	EventLoop loop = TRY(EventLoop::create());
	Freezer freezer(loop, log);
	Agent agent(options, log, freezer);
	const auto stops =
		TRY(loop.signals(kStopSignals, [&](const signalfd_siginfo &) -> Result<void> {
			loop.stop();
			return {};
		}));
	const auto transport = TRY(Transport::create(loop, agent, options));

	harden(log);
	if (waiter)
		TRY(finish_detaching(std::move(waiter)));
	sd_notify(0, "READY=1");
	log.info("ready at " + options.path);
	TRY(loop.run());
	sd_notify(0, "STOPPING=1");
	if (const auto thawed = freezer.thaw(); !thawed.ok())
		log.warning(thawed.error().message());
	log.info("ends");
	return {};
}

static Result<void> run(const Args &args)
{
	const Options options = TRY(read_options(args));
	UniqueFd waiter;

	if (options.daemonize)
		waiter = TRY(detach());
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	if (chdir("/") < 0)
		return Error{errno, "chdir '/'"};
	return serve(options, std::move(waiter));
}

static constexpr Program kProgram = {
	"gatehouse-agent", "Answer a host in the protocol of QEMU's guest agent.", kOptions, run};

} // namespace agent

int main(int argc, char **argv)
{
	return gatehouse::cli::run(agent::kProgram, argc, argv);
}
