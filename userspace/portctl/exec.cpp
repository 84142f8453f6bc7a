// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl exec: a program with the port as its stdin and stdout. The program
// takes portctl's place: its signals and its exit status are its own. It sees
// end of file while the host is away, and waits in write.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "port_stream.hpp"
#include "syscall.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// The words as execvp() wants them; they must live as long.
std::vector<char *> pointers(std::vector<std::string> &words)
{
	std::vector<char *> list;

	for (std::string &word : words)
		list.push_back(word.data());
	list.push_back(nullptr);
	return list;
}

} // namespace

Result<void> exec(const cli::Args &args)
{
	if (args.seconds("--timeout") && !args.flag("--connected"))
		return cli::usage_error("exec: --timeout is for --connected");
	PortStream port = TRY(PortStream::open(args.words()[0], O_RDWR));
	std::vector<std::string> command(args.words().begin() + 1, args.words().end());

	if (args.flag("--connected"))
		TRY(port.wait_for_host(args.seconds("--timeout")));
	TRY(port.become(STDIN_FILENO));
	TRY(port.become(STDOUT_FILENO));
	execvp(command.front().c_str(), pointers(command).data());
	return cli::cannot_run(command.front(), errno);
}

} // namespace portctl
