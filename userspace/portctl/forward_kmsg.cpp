// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl forward --kmsg: lines as dmesg shows them. A record is taken from the
// kernel when the one before has been written; so the memory that waits for a
// slow host is the kernel's own ring. A line that was cut by the host's leaving
// begins anew for the next; what it had not read of lines before is lost.

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <string>

#include "forward.hpp"
#include "kmsg.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// One line at a time, each whole to one host.
class LineWriter
{
public:
	explicit LineWriter(PortStream &port) : port_(port) {}

	bool idle() const { return written_ == line_.size(); }
	bool host_left() const { return host_left_; }

	void begin(std::string line)
	{
		line_ = std::move(line);
		written_ = 0;
	}

	// Whose line is it?
	Result<void> look()
	{
		const auto now = TRY(port_.connection());
		const bool there = now ? now->connected : TRY(port_.host_connected());
		const bool other = now && host_ && now->generation != host_->generation;

		if (seen_ && (!there || other)) {
			written_ = 0;
			host_left_ = true;
		}
		seen_ = there;
		host_ = now;
		return {};
	}

	// False: there is nothing to do but wait.
	Result<bool> go_on()
	{
		if (!seen_ || idle())
			return false;
		auto written = port_.write(std::string_view(line_).substr(written_));
		if (written.failed_with(EAGAIN))
			return false;
		written_ += TRY(std::move(written));
		return true;
	}

private:
	PortStream &port_;
	std::string line_;
	size_t written_ = 0;
	std::optional<Connection> host_; // at the last look
	bool seen_ = false;		 // there then
	bool host_left_ = false;
};

} // namespace

Result<void> forward_kmsg(PortStream &port, Sessions sessions)
{
	KmsgReader log = TRY(KmsgReader::open());
	LineWriter writer(port);
	std::array<char, 4096> nowhere;
	const auto wakes = TRY(port.loop().watch(log.fd(), EPOLLIN | EPOLLET,
						 [](uint32_t) { return Result<void>(); }));

	for (;;) {
		TRY(writer.look());
		if (sessions == Sessions::One && writer.host_left())
			return {};
		if (writer.idle())
			writer.begin(TRY(log.next()));
		// What the host says is nothing to us, but must not fill the port.
		auto heard = port.read(nowhere);
		const bool more = heard.ok() && heard.value();
		if (!heard.failed_with(EAGAIN))
			TRY(std::move(heard));
		if (TRY(writer.go_on()) || more)
			TRY(port.loop().run_once(0));
		else
			TRY(port.wait(std::nullopt));
	}
}

} // namespace portctl
