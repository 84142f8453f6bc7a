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

template <typename T> T must(Result<T> result)
{
	if (!result.ok()) {
		fmt::print(stderr, "stress: {}\n", result.error().message());
		std::exit(EXIT_FAILURE);
	}
	return result.take();
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

Slots::~Slots()
{
	for (size_t slot = 0; slot < kCount; slot++)
		put(slot, -1);
}

void Slots::put(uint64_t slot, int fd)
{
	const int old = slots_[slot % kCount].fd.exchange(fd);
	slots_[slot % kCount].replaced = true;
	if (old >= 0)
		close(old);
}

Executor::Executor(const Table &table, Edges &edges, OnHang on_hang)
	: table_(table), edges_(edges), on_hang_(std::move(on_hang))
{
	take_signals();
	prepare(lanes_[0]);
	threads_[0] = std::thread([this] { tick(); });
	for (size_t thread = 1; thread < kThreads; thread++)
		threads_[thread] = std::thread([this, thread] { follow(thread); });
}

Executor::~Executor()
{
	stop_ = true;
	round_++;
	round_.notify_all();
	for (std::thread &thread : threads_)
		thread.join();
}

void Executor::prepare(Lane &lane)
{
	lane.memory.emplace(must(Memory::create()));
	lane.kcov.emplace(must(Kcov::create()));
	lane.tid = gettid();
}

void Executor::begin()
{
	Context context{slots_, *lanes_[0].memory};
	for (size_t slot = 0; slot < Slots::kCount; slot++)
		slots_.put(slot, -1);
	table_.begin(context);
}

size_t Executor::run(const Program &program)
{
	Context context{slots_, *lanes_[0].memory};
	table_.prepare(context);
	program_ = &program;
	const bool alone = std::all_of(program.begin(), program.end(),
				       [](const Call &call) { return call.thread == 0; });
	for (Lane &lane : lanes_)
		lane.useful = 0;
	if (!alone) {
		running_ = kThreads - 1;
		round_++;
		round_.notify_all();
	}
	run_lane(0);
	for (unsigned int left; (left = running_);)
		running_.wait(left);
	return std::max({lanes_[0].useful, lanes_[1].useful, lanes_[2].useful});
}

uint64_t Executor::calls() const
{
	uint64_t sum = 0;
	for (const Lane &lane : lanes_)
		sum += lane.calls;
	return sum;
}

// Runs its part of each program.
void Executor::follow(size_t thread)
{
	prepare(lanes_[thread]);
	for (unsigned int done = 0;; done++) {
		round_.wait(done);
		if (stop_)
			return;
		run_lane(thread);
		running_--;
		running_.notify_one();
	}
}

void Executor::run_lane(size_t thread)
{
	Lane &lane = lanes_[thread];
	for (size_t at = 0; at < program_->size(); at++) {
		const Call &one = (*program_)[at];
		if (one.thread != thread)
			continue;
		lane.kcov->clear();
		call(lane, table_.rows[one.row], one.arguments);
		if (edges_.add(lane.kcov->reached()))
			lane.useful = at + 1;
	}
}

void Executor::call(Lane &lane, const Row &row, const Arguments &arguments)
{
	Context context{slots_, *lane.memory};
	lane.doing = &row;
	row.run(context, arguments);
	lane.doing = nullptr;
	lane.calls.store(lane.calls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

// Looks after the other threads.
void Executor::tick()
{
	struct Seen {
		uint64_t calls = 0;
		Clock::time_point since = Clock::now();
	};
	std::array<Seen, kThreads> seen;
	while (!stop_) {
		std::this_thread::sleep_for(kTick);
		for (size_t thread = 0; thread < kThreads; thread++) {
			const Lane &lane = lanes_[thread];
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
