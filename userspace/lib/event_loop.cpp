// SPDX-License-Identifier: GPL-2.0-or-later

#include "event_loop.hpp"

#include <array>
#include <cerrno>
#include <unordered_map>
#include <utility>

#include "syscall.hpp"

namespace gatehouse {

// One registration. Handlers are held by shared_ptr because a handler that
// drops its own registration must outlive its call.
struct Entry {
	int fd;
	UniqueFd owned; // timers and signals: the fd is ours
	std::shared_ptr<EventLoop::FdHandler> handler;
};

struct EventLoop::State {
	UniqueFd epoll;
	std::unordered_map<uint64_t, Entry> entries; // by id, never reused
	uint64_t last_id = 0;
	bool stopped = false;
};

EventLoop::Registration::Registration(std::weak_ptr<State> state, uint64_t id)
	: state_(std::move(state)), id_(id)
{}

EventLoop::Registration::Registration(Registration &&other) noexcept
	: state_(std::move(other.state_)), id_(std::exchange(other.id_, 0))
{}

EventLoop::Registration &EventLoop::Registration::operator=(Registration &&other) noexcept
{
	std::swap(state_, other.state_);
	std::swap(id_, other.id_);
	return *this;
}

EventLoop::Registration::~Registration()
{
	const auto state = state_.lock();

	if (!state || !id_)
		return;
	const auto entry = state->entries.find(id_);
	// Fails only when the fd was closed before, which removed it as well.
	(void)sys::epoll_remove(state->epoll.get(), entry->second.fd);
	state->entries.erase(entry);
}

EventLoop::EventLoop(std::shared_ptr<State> state) : state_(std::move(state))
{}

Result<EventLoop> EventLoop::create()
{
	auto state = std::make_shared<State>();

	state->epoll = TRY(sys::epoll_create());
	return EventLoop(std::move(state));
}

Result<EventLoop::Registration> EventLoop::add(int fd, UniqueFd owned, uint32_t events,
					       FdHandler handler)
{
	const uint64_t id = ++state_->last_id;

	TRY(sys::epoll_add(state_->epoll.get(), fd, events, id));
	state_->entries.emplace(
		id, Entry{fd, std::move(owned), std::make_shared<FdHandler>(std::move(handler))});
	return Registration(state_, id);
}

Result<EventLoop::Registration> EventLoop::watch(int fd, uint32_t events, FdHandler handler)
{
	return add(fd, UniqueFd(), events, std::move(handler));
}

Result<EventLoop::Registration> EventLoop::timer(std::chrono::nanoseconds after,
						 TimerHandler handler)
{
	UniqueFd owned = TRY(sys::timerfd(after));
	const int fd = owned.get();

	return add(fd, std::move(owned), EPOLLIN | EPOLLONESHOT,
		   [handler = std::move(handler)](uint32_t) { return handler(); });
}

Result<EventLoop::Registration> EventLoop::signals(std::span<const int> numbers,
						   SignalHandler handler)
{
	UniqueFd owned = TRY(sys::signalfd(numbers));
	const int fd = owned.get();

	auto receive = [fd, handler = std::move(handler)](uint32_t) -> Result<void> {
		signalfd_siginfo info;
		auto bytes = std::span(reinterpret_cast<char *>(&info), sizeof(info));
		auto received = sys::read(fd, bytes, "signalfd");

		if (received.failed_with(EAGAIN))
			return {}; // taken by an earlier call
		TRY(std::move(received));
		return handler(info);
	};
	return add(fd, std::move(owned), EPOLLIN, std::move(receive));
}

Result<void> EventLoop::run()
{
	while (!std::exchange(state_->stopped, false))
		TRY(run_once(-1));
	return {};
}

Result<bool> EventLoop::run_once(int timeout_ms)
{
	std::array<epoll_event, 16> events;
	const size_t n = TRY(sys::epoll_wait(state_->epoll.get(), events, timeout_ms));

	for (const epoll_event &event : std::span(events).first(n)) {
		const auto entry = state_->entries.find(event.data.u64);
		if (entry == state_->entries.end())
			continue; // dropped by a handler before it
		const auto handler = entry->second.handler;
		TRY((*handler)(event.events));
	}
	return n > 0;
}

void EventLoop::stop()
{
	state_->stopped = true;
}

} // namespace gatehouse
