// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl send: a file, or stdin, to the host. Waits for a host that is not
// there yet. All of it goes to one connection of the host: when the host goes
// away half-way, even if it is back at once, that is an error. What it did not
// get, a later connection would take for a whole stream.
//
// With --check it ends when the device has used all of it and the host has
// stayed until a moment after that, and prints the SHA-256 of what was sent. More a guest
// can't know: what the host's program has done with it, only that can tell.

#include <fcntl.h>
#include <fmt/format.h>
#include <nettle/sha2.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <vector>

#include "output.hpp"
#include "port_stream.hpp"
#include "progress.hpp"
#include "syscall.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// What was sent, in short.
class Digest
{
public:
	Digest() { sha256_init(&state_); }

	void add(std::string_view data)
	{
		sha256_update(&state_, data.size(), reinterpret_cast<const uint8_t *>(data.data()));
	}

	// Ends it.
	std::string hex()
	{
		std::array<uint8_t, SHA256_DIGEST_SIZE> digest;
		std::string text;

		sha256_digest(&state_, digest.size(), digest.data());
		for (const uint8_t byte : digest)
			text += fmt::format("{:02x}", byte);
		return text;
	}

private:
	sha256_ctx state_;
};

// Between what a device says of one event on two queues; generous.
constexpr std::chrono::milliseconds kGrace(100);

// Writes to one connection of the host.
class Sender
{
public:
	Sender(PortStream &port, std::optional<double> timeout, Progress &progress)
		: port_(port), timeout_(timeout), progress_(progress)
	{}

	Result<void> send(std::string_view data)
	{
		while (!data.empty()) {
			const size_t n = TRY(send_some(data));

			data.remove_prefix(n);
			progress_.add(n);
			if (progress_.done())
				TRY(expect_same_host());
			if (!n && progress_.done())
				TRY(expect_host());
			if (!n)
				TRY(port_.wait(timeout_));
		}
		return {};
	}

	// Waits until the device has used it all.
	Result<void> check()
	{
		auto synced = port_.sync(timeout_);

		if (synced.failed_with(EINVAL))
			return Error{0, fmt::format("'{}' can't be checked: its driver is "
						    "virtio_console; see 'portctl takeover'",
						    port_.label())};
		if (synced.failed_with(EIO))
			return left();
		TRY(std::move(synced));
		return expect_host_stays();
	}

private:
	// How much was taken; 0 when there is nothing to do but wait.
	Result<size_t> send_some(std::string_view data)
	{
		if (!progress_.done()) {
			connection_ = TRY(port_.connection());
			if (connection_ && !connection_->connected)
				return 0;
		}
		auto written = port_.write(data);
		return written.failed_with(EAGAIN) ? Result<size_t>(0) : std::move(written);
	}

	Result<void> expect_same_host()
	{
		const auto now = TRY(port_.connection());

		if (!now || now->generation == connection_->generation)
			return {};
		return Error{0, fmt::format("the host left '{}' and came back; {} bytes were "
					    "written, to one or the other",
					    port_.label(), progress_.done())};
	}

	// A device says that it has used what it throws away because the host has
	// left, and only then that it has left.
	Result<void> expect_host_stays()
	{
		using namespace std::chrono;
		const auto end = steady_clock::now() + kGrace;

		while (steady_clock::now() < end) {
			const duration<double> left = end - steady_clock::now();
			auto news = port_.wait(std::max(left.count(), 0.001));

			if (!news.failed_with(ETIMEDOUT))
				TRY(std::move(news));
			TRY(expect_same_host());
			TRY(expect_host());
		}
		return {};
	}

	Result<void> expect_host()
	{
		if (TRY(port_.host_connected()))
			return {};
		return left();
	}

	Error left() const
	{
		return Error{0, fmt::format("the host left '{}' after {} bytes were written",
					    port_.label(), progress_.done())};
	}

	PortStream &port_;
	const std::optional<double> timeout_;
	Progress &progress_;
	std::optional<Connection> connection_; // that gets it all; nothing: not told
};

// Where to stop, if that is known.
Result<std::optional<uint64_t>> size_of(int fd, const std::string &name)
{
	const struct stat status = TRY(sys::fstat(fd, name));

	if (!S_ISREG(status.st_mode))
		return std::optional<uint64_t>();
	return std::optional<uint64_t>(status.st_size);
}

} // namespace

Result<void> send(const cli::Args &args)
{
	const bool from_file = args.words().size() > 1 && args.words()[1] != "-";
	const bool check = args.flag("--check");
	const std::string source = from_file ? args.words()[1] : "standard input";
	const UniqueFd file = from_file ? TRY(sys::open(source, O_RDONLY)) : UniqueFd();
	const int input = from_file ? file.get() : STDIN_FILENO;
	PortStream port = TRY(PortStream::open(args.words()[0], O_WRONLY));
	const bool shown = args.flag("--progress") || isatty(STDERR_FILENO);
	Progress progress(shown ? Progress::Shown::Yes : Progress::Shown::No,
			  TRY(size_of(input, source)));
	Sender sender(port, args.seconds("--timeout"), progress);
	Digest digest;
	std::vector<char> buffer(256 * 1024);

	while (const size_t n = TRY(sys::read(input, buffer, source))) {
		TRY(sender.send({buffer.data(), n}));
		digest.add({buffer.data(), n});
	}
	if (!check)
		return {};
	TRY(sender.check());
	// As sha256sum -c takes it.
	return output::text(fmt::format("{}  {}\n", digest.hex(), from_file ? source : "-"));
}

} // namespace portctl
