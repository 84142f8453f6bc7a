// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl cat: what the host sends, to stdout. Waits for a host that is not
// there yet; ends like a pipe when it has been there and goes away, unless
// told to follow. An unplugged port is an error: the stream may be cut short.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "file.hpp"
#include "port_stream.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

Result<void> cat(const cli::Args &args)
{
	const bool follow = args.flag("--follow");
	PortStream port = TRY(PortStream::open(args.words()[0], O_RDONLY));
	std::vector<char> buffer(256 * 1024);
	bool seen_host = false;

	for (;;) {
		auto got = port.read(buffer);
		if (got.failed_with(EAGAIN)) {
			seen_host = true; // there, and silent
		} else if (const size_t n = TRY(std::move(got))) {
			seen_host = true;
			TRY(write_all(STDOUT_FILENO, {buffer.data(), n}, "standard output"));
			continue;
		} else if (seen_host && !follow) {
			return {};
		}
		TRY(port.wait(args.seconds("--timeout")));
	}
}

} // namespace portctl
