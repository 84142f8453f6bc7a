// SPDX-License-Identifier: GPL-2.0-or-later

#include "session.hpp"

#include <poll.h>

#include <cerrno>
#include <utility>

#include "request.hpp"
#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

constexpr size_t kBuffer = 64 << 10;
constexpr size_t kUnsentLimit = 64 << 10; // and one reply

// What a peer that has gone gives, besides end of file.
template <typename T> bool is_gone(const Result<T> &result)
{
	return result.failed_with(EPIPE) || result.failed_with(ECONNRESET);
}

} // namespace

Session::Session(Agent &agent, int fd, std::string label)
	: agent_(agent), fd_(fd), label_(std::move(label)), buffer_(kBuffer)
{}

void Session::reset()
{
	stream_ = JsonStream();
	unread_ = {};
	waiting_.reset();
	unsent_.clear();
}

Result<Session::Step> Session::step()
{
	const bool sent = TRY(send());

	if (serve())
		return Step::Moved;
	// Commands wait for the host to read; what it sends waits with them. Of one
	// that has left without they run, and nobody hears.
	if (waiting_ && !sent) {
		if (!TRY(has_left()))
			return Step::Idle;
		unsent_.clear();
	}
	if (waiting_)
		return Step::Moved;
	const Step step = TRY(receive());
	return step == Step::Idle && sent ? Step::Moved : step;
}

Result<bool> Session::send()
{
	if (unsent_.empty())
		return false;
	auto written = sys::write(fd_, unsent_, label_);
	if (written.failed_with(EAGAIN) || is_gone(written)) // which the next read tells
		return false;
	unsent_.erase(0, TRY(std::move(written)));
	return true;
}

Result<bool> Session::has_left() const
{
	return TRY(sys::poll(fd_, 0, 0, label_)) & POLLHUP;
}

Result<Session::Step> Session::receive()
{
	auto got = sys::read(fd_, buffer_, label_);

	if (got.failed_with(EAGAIN))
		return Step::Idle;
	if (is_gone(got))
		return Step::Ended;
	unread_ = std::string_view(buffer_.data(), TRY(std::move(got)));
	return unread_.empty() ? Step::Ended : Step::Moved;
}

// Answers one command, if one is there and the host reads, and what is none before
// it. Is there anything new to send?
bool Session::serve()
{
	const size_t before = unsent_.size();

	while (!waiting_ && !unread_.empty()) {
		auto value = stream_.next(unread_);
		if (!value)
			break;
		const bool there_is_room = unsent_.size() <= kUnsentLimit;
		if (value->ok() && parse_request(value->value()).ok())
			waiting_ = value->take();
		else if (there_is_room)
			unsent_ += value->ok() ? agent_.answer(value->value())
					       : Agent::refuse(value->error().message());
	}
	if (!waiting_ || unsent_.size() > kUnsentLimit)
		return unsent_.size() > before;
	unsent_ += agent_.answer(*std::exchange(waiting_, std::nullopt));
	return true;
}

} // namespace agent
