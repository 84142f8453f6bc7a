// SPDX-License-Identifier: GPL-2.0-or-later

#include "relay.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <cerrno>

#include "syscall.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

// What a peer that has gone gives, besides end of file.
template <typename T> bool is_gone(const Result<T> &result)
{
	return result.failed_with(EPIPE) || result.failed_with(ECONNRESET) ||
	       result.failed_with(ETIMEDOUT);
}

} // namespace

Relay::Relay(PortStream &port, Target target, std::optional<Connection> host)
	: port_(port), target_(std::move(target)), host_(host), host_seen_(host.has_value()),
	  target_done_(!target_.sends)
{}

Result<Relay::End> Relay::run()
{
	const auto wakes = port_.loop().watch(target_.fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
					      [](uint32_t) { return Result<void>(); });
	// EPERM: a plain file, which never keeps us waiting.
	if (!wakes.ok() && !wakes.failed_with(EPERM))
		return wakes.error();

	for (;;) {
		const bool moved = TRY(move_from_host());

		if (target_gone_)
			return End::Target;
		if (host_gone_ && from_host_.empty())
			return End::Host;
		// Both: neither way waits for the other.
		if (TRY(move_to_host()) || moved)
			TRY(port_.loop().run_once(0));
		else if (target_done_ && target_.sends && TRY(target_hung_up()))
			return End::Target;
		else
			TRY(port_.wait(std::nullopt));
	}
}

Result<bool> Relay::move_from_host()
{
	const bool read = from_host_.empty() && !host_gone_ && TRY(read_host());

	return TRY(write_target()) || read;
}

Result<bool> Relay::read_host()
{
	TRY(look_at_host());
	if (host_gone_)
		return false;
	auto got = port_.read(from_host_.room());
	if (got.failed_with(EAGAIN)) {
		host_seen_ = true; // there, and silent
		return false;
	}
	const size_t n = TRY(std::move(got));
	host_seen_ |= n > 0;
	host_gone_ = n == 0 && host_seen_ && !target_.a_line;
	from_host_.filled(n);
	return n > 0;
}

Result<bool> Relay::write_target()
{
	if (from_host_.empty())
		return false;
	auto written = sys::write(target_.fd, from_host_.data(), target_.label);
	target_gone_ = is_gone(written);
	if (target_gone_ || written.failed_with(EAGAIN))
		return false;
	from_host_.written(TRY(std::move(written)));
	return true;
}

Result<bool> Relay::move_to_host()
{
	const bool read = to_host_.empty() && !target_done_ && TRY(read_target());

	if (to_host_.empty())
		return read;
	auto written = port_.write(to_host_.data());
	if (written.failed_with(EAGAIN))
		return read;
	host_seen_ = true;
	to_host_.written(TRY(std::move(written)));
	return true;
}

Result<bool> Relay::read_target()
{
	auto got = sys::read(target_.fd, to_host_.room(), target_.label);

	if (got.failed_with(EAGAIN))
		return false;
	target_gone_ = is_gone(got);
	if (target_gone_)
		return true;
	to_host_.filled(TRY(std::move(got)));
	target_done_ = to_host_.empty();
	return true;
}

Result<void> Relay::look_at_host()
{
	const auto now = TRY(port_.connection());

	if (!now || target_.a_line)
		return {};
	if (!host_ && now->connected)
		host_ = now;
	// Came back before we saw that it had left: what comes now is another's.
	host_gone_ = host_ && now->generation != host_->generation;
	return {};
}

Result<bool> Relay::target_hung_up() const
{
	return TRY(sys::poll(target_.fd, 0, 0, target_.label)) & POLLHUP;
}

} // namespace portctl
