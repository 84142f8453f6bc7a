// SPDX-License-Identifier: GPL-2.0-or-later
//
// With a real epoll, pipes, timers and signals.

#include "event_loop.hpp"

#include <signal.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <optional>

#include "unit.hpp"

using namespace gatehouse;
using namespace std::chrono_literals;

static EventLoop make_loop()
{
	return unit::expect_ok(EventLoop::create());
}

static void a_readable_fd_calls_its_handler(void **)
{
	EventLoop loop = make_loop();
	const unit::Pipe pipe;
	uint32_t seen = 0;
	const auto registration = unit::expect_ok(
		loop.watch(pipe.read_end, EPOLLIN, [&](uint32_t events) -> Result<void> {
			seen = events;
			loop.stop();
			return {};
		}));

	assert_int_equal(write(pipe.write_end, "x", 1), 1);
	assert_true(loop.run().ok());
	assert_int_equal(seen, EPOLLIN);
}

static void run_once_tells_a_timeout(void **)
{
	EventLoop loop = make_loop();

	assert_false(unit::expect_ok(loop.run_once(0)));
}

static void a_stop_before_run_ends_it_once(void **)
{
	EventLoop loop = make_loop();
	const unit::Pipe pipe;
	int calls = 0;
	const auto registration =
		unit::expect_ok(loop.watch(pipe.write_end, EPOLLOUT, [&](uint32_t) -> Result<void> {
			calls++;
			loop.stop();
			return {};
		}));

	loop.stop();
	assert_true(loop.run().ok());
	assert_int_equal(calls, 0);
	assert_true(loop.run().ok());
	assert_int_equal(calls, 1);
}

static void a_failing_handler_ends_run_with_its_error(void **)
{
	EventLoop loop = make_loop();
	const unit::Pipe pipe;
	const auto registration =
		unit::expect_ok(loop.watch(pipe.write_end, EPOLLOUT, [](uint32_t) -> Result<void> {
			return Error{EPIPE, "handler"};
		}));

	assert_true(loop.run().failed_with(EPIPE));
}

static void a_dropped_registration_is_silent(void **)
{
	EventLoop loop = make_loop();
	const unit::Pipe pipe;

	{
		const auto registration = unit::expect_ok(
			loop.watch(pipe.write_end, EPOLLOUT, [](uint32_t) -> Result<void> {
				return Error{EIO, "called after its end"};
			}));
	}
	assert_false(unit::expect_ok(loop.run_once(0)));
}

static void a_handler_may_drop_itself_and_others(void **)
{
	EventLoop loop = make_loop();
	const unit::Pipe first, second;
	std::array<EventLoop::Registration, 2> registrations;
	int calls = 0;
	// Both are ready in the same wait; whichever comes first drops both.
	const auto handler = [&](uint32_t) -> Result<void> {
		calls++;
		registrations = {};
		return {};
	};

	registrations[0] = unit::expect_ok(loop.watch(first.write_end, EPOLLOUT, handler));
	registrations[1] = unit::expect_ok(loop.watch(second.write_end, EPOLLOUT, handler));
	assert_true(unit::expect_ok(loop.run_once(0)));
	assert_int_equal(calls, 1);
}

static void a_registration_may_outlive_the_loop(void **)
{
	const unit::Pipe pipe;
	std::optional<EventLoop> loop(make_loop());
	const auto registration = unit::expect_ok(
		loop->watch(pipe.read_end, EPOLLIN, [](uint32_t) { return Result<void>(); }));

	loop.reset();
}

static void a_timer_fires_once(void **)
{
	EventLoop loop = make_loop();
	int calls = 0;
	const auto timer = unit::expect_ok(loop.timer(1ms, [&]() -> Result<void> {
		calls++;
		loop.stop();
		return {};
	}));

	assert_true(loop.run().ok());
	assert_false(unit::expect_ok(loop.run_once(0)));
	assert_int_equal(calls, 1);
}

static void a_timer_of_zero_fires_too(void **)
{
	EventLoop loop = make_loop();
	const auto timer = unit::expect_ok(loop.timer(0ns, [&]() -> Result<void> {
		loop.stop();
		return {};
	}));

	assert_true(loop.run().ok());
}

static void signals_come_in_order_with_their_value(void **)
{
	EventLoop loop = make_loop();
	const std::array<int, 2> numbers = {SIGRTMIN, SIGUSR1};
	std::string order;
	const auto signals = unit::expect_ok(
		loop.signals(numbers, [&](const signalfd_siginfo &info) -> Result<void> {
			order += std::to_string(info.ssi_int);
			return {};
		}));

	for (int value = 1; value <= 3; value++)
		assert_int_equal(sigqueue(getpid(), SIGRTMIN, sigval{.sival_int = value}), 0);
	while (unit::expect_ok(loop.run_once(0)))
		;
	assert_string_equal(order.c_str(), "123");
}

static void a_bad_fd_is_an_error(void **)
{
	EventLoop loop = make_loop();

	assert_true(loop.watch(-1, EPOLLIN, [](uint32_t) {
				return Result<void>();
			}).failed_with(EBADF));
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(a_readable_fd_calls_its_handler),
	cmocka_unit_test(run_once_tells_a_timeout),
	cmocka_unit_test(a_stop_before_run_ends_it_once),
	cmocka_unit_test(a_failing_handler_ends_run_with_its_error),
	cmocka_unit_test(a_dropped_registration_is_silent),
	cmocka_unit_test(a_handler_may_drop_itself_and_others),
	cmocka_unit_test(a_registration_may_outlive_the_loop),
	cmocka_unit_test(a_timer_fires_once),
	cmocka_unit_test(a_timer_of_zero_fires_too),
	cmocka_unit_test(signals_come_in_order_with_their_value),
	cmocka_unit_test(a_bad_fd_is_an_error),
};

UNIT_MAIN(kTests)
