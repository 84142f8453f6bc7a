// SPDX-License-Identifier: GPL-2.0-or-later

#include "execute.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/core.h>

#include "file.hpp"

namespace gatehouse::stress {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick(1);
// The host may take some seconds for a call; nothing else does.
constexpr std::chrono::seconds kHung(30);

Kcov make_kcov()
{
	auto kcov = Kcov::create();
	if (!kcov.ok()) {
		fmt::print(stderr, "stress: {}\n", kcov.error().message());
		std::exit(EXIT_FAILURE);
	}
	return kcov.take();
}

// Whatever a program has the kernel send is received and ends a wait.
void take_signals()
{
	struct sigaction action = {};
	action.sa_handler = [](int) {};
	for (const int number : {SIGALRM, SIGIO, SIGURG, SIGPIPE, SIGXFSZ})
		sigaction(number, &action, nullptr);
}

std::string kernel_stack(pid_t tid)
{
	auto text = read_file(fmt::format("/proc/self/task/{}/stack", tid));
	return text.ok() ? text.take() : text.error().message();
}

} // namespace

Executor::Lane::Lane() : kcov(make_kcov()), tid(gettid())
{}

Executor::Executor(const Table &table, OnHang on_hang) : table_(table), on_hang_(std::move(on_hang))
{
	take_signals();
	for (size_t thread = 1; thread < kThreads; thread++)
		threads_[thread] = std::thread([this, thread] { follow(thread); });
	lanes_[0].emplace();
	meet_.arrive_and_wait();
	threads_[0] = std::thread([this] { watch(); });
}

Executor::~Executor()
{
	stop_ = true;
	meet_.arrive_and_wait();
	for (std::thread &thread : threads_)
		thread.join();
}

size_t Executor::run(const Program &program)
{
	table_.prepare(slots_);
	if (table_.work) {
		table_.work->settle();
		table_.work->clear();
	}
	program_ = &program;
	if (std::ranges::all_of(program, [](const Call &call) { return call.thread == 0; })) {
		run_lane(0);
		return lanes_[0]->useful;
	}
	meet_.arrive_and_wait();
	run_lane(0);
	meet_.arrive_and_wait();
	if (look_at_work())
		return program.size();
	return std::max({lanes_[0]->useful, lanes_[1]->useful, lanes_[2]->useful});
}

uint64_t Executor::calls() const
{
	uint64_t sum = 0;
	for (const auto &lane : lanes_)
		sum += lane->calls;
	return sum;
}

// Runs its part of each program.
void Executor::follow(size_t thread)
{
	lanes_[thread].emplace();
	for (;;) {
		meet_.arrive_and_wait();
		meet_.arrive_and_wait();
		if (stop_)
			return;
		run_lane(thread);
	}
}

void Executor::run_lane(size_t thread)
{
	Lane &lane = *lanes_[thread];
	lane.useful = 0;
	for (size_t at = 0; at < program_->size(); at++) {
		const Call &call = (*program_)[at];
		if (call.thread != thread)
			continue;
		const Row &row = table_.rows[call.row];
		lane.kcov.clear();
		lane.doing = &row;
		row.run(slots_, call.arguments);
		lane.doing = nullptr;
		lane.calls++;
		bool fresh = edges_.add(lane.kcov.reached());
		if (thread == 0)
			fresh |= look_at_work();
		if (fresh)
			lane.useful = at + 1;
	}
}

// Did the calls so far have others reach anything new?
bool Executor::look_at_work()
{
	if (!table_.work)
		return false;
	table_.work->settle();
	const bool fresh = edges_.add(table_.work->reached());
	table_.work->clear();
	return fresh;
}

// Looks after the other threads.
void Executor::watch()
{
	struct Seen {
		uint64_t calls = 0;
		Clock::time_point since = Clock::now();
	};
	std::array<Seen, kThreads> seen;
	while (!stop_) {
		std::this_thread::sleep_for(kTick);
		for (size_t thread = 0; thread < kThreads; thread++) {
			const Lane &lane = *lanes_[thread];
			const Row *row = lane.doing;
			if (!row || seen[thread].calls != lane.calls) {
				seen[thread] = {.calls = lane.calls};
				continue;
			}
			tgkill(getpid(), lane.tid, SIGALRM);
			if (Clock::now() - seen[thread].since > kHung)
				on_hang_(fmt::format("{} does not return\n{}", row->name,
						     kernel_stack(lane.tid)));
		}
	}
}

} // namespace gatehouse::stress
