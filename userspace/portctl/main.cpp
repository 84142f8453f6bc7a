// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl: see and use virtio-serial ports. This file is its table of verbs.

#include <cstdlib>

#include "verbs.hpp"

namespace portctl {

using namespace gatehouse::cli;

static constexpr Option kListOptions[] = {
	{"--json", Kind::Flag, "print a JSON array"},
};

static constexpr Option kInfoOptions[] = {
	{"--json", Kind::Flag, "print a JSON object"},
};

static constexpr Option kCatOptions[] = {
	{"-f,--follow", Kind::Flag, "go on when the host goes away, until interrupted"},
	{"--timeout", Kind::Seconds, "give up when nothing came for so long"},
};

static constexpr Option kSendOptions[] = {
	{"--check", Kind::Flag, "wait until the device has it all; print its SHA-256"},
	{"--timeout", Kind::Seconds, "give up when nothing could be written for so long"},
	{"--progress", Kind::Flag, "show progress on stderr though it is no terminal"},
};

static constexpr Option kExecOptions[] = {
	{"--connected", Kind::Flag, "wait until the host is there before it is run"},
	{"--timeout", Kind::Seconds, "with --connected: give up when it did not come for so long"},
};

static constexpr Option kForwardOptions[] = {
	{"--listen", Kind::Flag, "take connections at unix: or tcp:, instead of making them"},
	{"--kmsg", Kind::Flag, "send the kernel's log, instead of a TARGET"},
	{"--once", Kind::Flag, "end with the first connection, or when the host leaves"},
};

static constexpr Option kWatchOptions[] = {
	{"--read", Kind::Flag, "read the data that arrives and show it; it is then gone"},
	{"--json", Kind::Flag, "print one JSON object a line"},
	{"--timeout", Kind::Seconds, "end after so long"},
};

static constexpr Option kWaitOptions[] = {
	{"--connected", Kind::Flag, "wait until the host is there, too"},
	{"--timeout", Kind::Seconds, "give up after so long"},
};

static constexpr Option kBenchOptions[] = {
	{"--sink", Kind::Flag, "writes only, for a host that sends nothing back"},
	{"--seconds", Kind::Seconds, "how long each measure takes, 1 by default"},
	{"--json", Kind::Flag, "print a JSON array"},
};

static constexpr Option kDriverOptions[] = {
	{"--force", Kind::Flag, "also when a port is open, which then fails for its user"},
	{"-v,--verbose", Kind::Flag, "print each write to /sys on stderr"},
};

static constexpr Verb kVerbs[] = {
	{"list", "", 0, 0, list, "show all ports: name, node, driver, host, who has it open",
	 kListOptions},
	{"info", "PORT", 1, 1, info, "show all that is known of a port, counters among it",
	 kInfoOptions},
	{"cat", "PORT", 1, 1, cat, "copy what the host sends to stdout, until the host goes away",
	 kCatOptions},
	{"send", "PORT [FILE]", 1, 2, send, "send a file, or stdin, once the host is there",
	 kSendOptions},
	{"exec", "PORT -- COMMAND [ARGUMENT...]", 2, kAnyNumber, exec,
	 "run a command with the port as its stdin and stdout", kExecOptions},
	{"forward", "PORT TARGET", 1, 2, forward,
	 "tie a port to unix:PATH, tcp:HOST:PORT, file:PATH, pty, pty:LINK, or the kernel's log",
	 kForwardOptions},
	{"watch", "[PORT...]", 0, kAnyNumber, watch,
	 "print events of ports as they come; without PORT, ports that come and go", kWatchOptions},
	{"wait", "PORT", 1, 1, wait, "wait until a port is there", kWaitOptions},
	{"bench", "PORT", 1, 1, bench,
	 "measure a port whose host sends back what it gets: socat UNIX-CONNECT:PATH EXEC:cat",
	 kBenchOptions},
	{"takeover", "[DEVICE...]", 0, kAnyNumber, takeover,
	 "move devices (virtioN, all by default) from virtio_console to virtio_serial",
	 kDriverOptions},
	{"giveback", "[DEVICE...]", 0, kAnyNumber, giveback, "move them back to virtio_console",
	 kDriverOptions},
};

static constexpr Tool kTool = {"portctl", "See and use virtio-serial ports.", kVerbs};

std::string system_root()
{
	const char *root = getenv("PORTCTL_ROOT");

	return root ? root : "";
}

} // namespace portctl

int main(int argc, char **argv)
{
	return gatehouse::cli::run(portctl::kTool, argc, argv);
}
