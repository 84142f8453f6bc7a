// SPDX-License-Identifier: GPL-2.0-or-later
//
// Runs programs. Thread 0 of a program is the caller's; the others wait for it,
// start with it and are waited for. A call that outlasts a tick is sent signals
// until it returns, so that blocking calls need no care in a table. A thread
// that signals do not bring back is a hang, told to the owner; it may have died
// in the kernel.

#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <barrier>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "coverage.hpp"
#include "program.hpp"
#include "slots.hpp"

namespace gatehouse::stress {

// Owned by the thread that calls run.
class Executor
{
public:
	// Called on a thread of the Executor's when a call hangs.
	using OnHang = std::function<void(const std::string &where)>;

	// Ends the process when this kernel keeps no record.
	Executor(const Table &table, OnHang on_hang);
	~Executor();

	// Runs a program. Up to which call did it reach anything new? 0: none.
	size_t run(const Program &program);

	// Calls made, and edges reached, so far.
	uint64_t calls() const;
	const Edges &edges() const { return edges_; }

private:
	// What a thread has of its own.
	struct Lane {
		Lane();

		const Kcov kcov;
		const pid_t tid;
		std::atomic<uint64_t> calls = 0;
		std::atomic<const Row *> doing = nullptr;
		size_t useful = 0; // calls up to the last that reached anything new
	};

	void follow(size_t thread);
	void run_lane(size_t thread);
	bool look_at_work();
	void watch();

	const Table &table_;
	const OnHang on_hang_;
	Edges edges_;
	Slots slots_;
	std::array<std::optional<Lane>, kThreads> lanes_; // each made by its thread
	const Program *program_ = nullptr;		  // changes between an end and a start
	std::atomic<bool> stop_ = false;
	std::barrier<> meet_{kThreads};		    // when all are there, at starts, at ends
	std::array<std::thread, kThreads> threads_; // the first one watches
};

} // namespace gatehouse::stress
