// SPDX-License-Identifier: GPL-2.0-or-later
//
// EventLoop: one thread waits here for descriptors, timers and signals, and
// calls a handler for each. Handlers run in the thread of run() or run_once();
// one that fails ends run() with its Error. A handler may add and drop
// registrations, its own too.

#pragma once

#include <sys/signalfd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse {

class EventLoop
{
	struct State;

public:
	// Holds one registration; taking it away ends it. The loop may go first.
	class [[nodiscard]] Registration
	{
	public:
		Registration() = default;
		Registration(Registration &&other) noexcept;
		Registration &operator=(Registration &&other) noexcept;
		~Registration();

	private:
		friend class EventLoop;
		Registration(std::weak_ptr<State> state, uint64_t id);

		std::weak_ptr<State> state_;
		uint64_t id_ = 0;
	};

	using FdHandler = std::function<Result<void>(uint32_t events)>;
	using TimerHandler = std::function<Result<void>()>;
	using SignalHandler = std::function<Result<void>(const signalfd_siginfo &info)>;

	static Result<EventLoop> create();

	// Calls the handler with the EPOLL* events of a borrowed fd, which must
	// stay open as long as the registration.
	Result<Registration> watch(int fd, uint32_t events, FdHandler handler);

	// Calls the handler once, after the given time.
	Result<Registration> timer(std::chrono::nanoseconds after, TimerHandler handler);

	// Calls the handler for each of the signals. They stay blocked afterwards.
	Result<Registration> signals(std::span<const int> numbers, SignalHandler handler);

	// Waits and calls handlers until stop(), which may come before, or until
	// a handler fails.
	Result<void> run();

	// Waits once, at most timeout_ms (-1: for ever). Did anything happen?
	Result<bool> run_once(int timeout_ms);

	void stop();

private:
	explicit EventLoop(std::shared_ptr<State> state);

	Result<Registration> add(int fd, UniqueFd owned, uint32_t events, FdHandler handler);

	// Shared only with the weak_ptr of each Registration, so that either of
	// them may go first.
	std::shared_ptr<State> state_;
};

} // namespace gatehouse
