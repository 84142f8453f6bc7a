// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl send: a file, or stdin, to the host. Waits for a host that is not
// there yet. Fails when the host goes away half-way: what it did not get, a
// later connection would take for a whole stream.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <vector>

#include "port_stream.hpp"
#include "syscall.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

using Clock = std::chrono::steady_clock;

// Tells on stderr how far a transfer is, once a second at most and only when
// it takes that long: on a terminal, or when asked to.
class Progress
{
public:
	explicit Progress(bool shown) : shown_(shown) {}

	~Progress()
	{
		if (printed_)
			fmt::print(stderr, "\n");
	}

	void add(size_t bytes)
	{
		const auto now = Clock::now();

		sent_ += bytes;
		if (!shown_ || now - last_ < std::chrono::seconds(1))
			return;
		last_ = now;
		printed_ = true;
		const double mib = static_cast<double>(sent_) / (1 << 20);
		const std::chrono::duration<double> elapsed = now - start_;
		fmt::print(stderr, "\r{:.1f} MiB, {:.1f} MiB/s ", mib, mib / elapsed.count());
	}

	uint64_t sent() const { return sent_; }

private:
	const bool shown_;
	const Clock::time_point start_ = Clock::now();
	Clock::time_point last_ = start_;
	uint64_t sent_ = 0;
	bool printed_ = false;
};

Result<void> send_all(PortStream &port, std::string_view data, std::optional<double> timeout,
		      Progress &progress)
{
	while (!data.empty()) {
		auto written = port.write(data);

		if (!written.failed_with(EAGAIN)) {
			const size_t n = TRY(std::move(written));
			progress.add(n);
			data.remove_prefix(n);
			continue;
		}
		if (progress.sent() && !TRY(port.host_connected()))
			return Error{0, fmt::format("the host left '{}' after {} bytes were "
						    "written",
						    port.label(), progress.sent())};
		TRY(port.wait(timeout));
	}
	return {};
}

} // namespace

Result<void> send(const cli::Args &args)
{
	const bool from_file = args.words().size() > 1 && args.words()[1] != "-";
	const std::string source = from_file ? args.words()[1] : "standard input";
	const UniqueFd file = from_file ? TRY(sys::open(source, O_RDONLY)) : UniqueFd();
	const int input = from_file ? file.get() : STDIN_FILENO;
	PortStream port = TRY(PortStream::open(args.words()[0], O_WRONLY));
	Progress progress(args.flag("--progress") || isatty(STDERR_FILENO));
	std::vector<char> buffer(256 * 1024);

	while (const size_t n = TRY(sys::read(input, buffer, source)))
		TRY(send_all(port, {buffer.data(), n}, args.seconds("--timeout"), progress));
	return {};
}

} // namespace portctl
