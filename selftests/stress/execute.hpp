// SPDX-License-Identifier: GPL-2.0-or-later
//
// Runs programs. Thread 0 of a program is the caller's; the others wait for it,
// start with it and are waited for. A call that outlasts a tick is sent signals
// until it returns, so that blocking calls need no care in a table. A thread
// that signals do not bring back is a hang, told to the owner; it may have died
// in the kernel.

#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "edges.hpp"
#include "kcov.hpp"
#include "memory.hpp"
#include "program.hpp"

namespace gatehouse::stress {

// The open files that programs name by number. Threads may race for a slot: a
// number that was closed by one is EBADF, or another file, for the other.
class Slots
{
public:
	static constexpr size_t kCount = 4;

	~Slots();

	int get(uint64_t slot) const { return slots_[slot % kCount].fd; }

	// Takes the file, closes the one that was there. -1 for none.
	void put(uint64_t slot, int fd);

	// Has a put changed it since the last time this was asked?
	bool take_replaced(uint64_t slot) { return slots_[slot % kCount].replaced.exchange(false); }

	// Have flags of any file been changed? Files may share theirs.
	void note_flags() { flags_changed_ = true; }
	bool take_flags_changed() { return flags_changed_.exchange(false); }

private:
	struct Slot {
		std::atomic<int> fd = -1;
		std::atomic<bool> replaced = true;
	};
	std::array<Slot, kCount> slots_;
	std::atomic<bool> flags_changed_ = false;
};

// What a call has to work with: files, which all threads share, and memory,
// which is its thread's.
struct Context {
	Slots &slots;
	Memory &memory;

	int fd(uint64_t slot) const { return slots.get(slot); }
};

// Owned by the thread that calls begin and run.
class Executor
{
public:
	// Called on a thread of the Executor's when a call hangs, once.
	using OnHang = std::function<void(const std::string &where)>;

	// Ends the process when this kernel keeps no record.
	Executor(const Table &table, Edges &edges, OnHang on_hang);
	~Executor();

	// The state that a batch starts from.
	void begin();

	// Runs a program. Up to which call did it reach anything new? 0: none.
	size_t run(const Program &program);

	// Calls made so far.
	uint64_t calls() const;

private:
	struct Lane {
		std::optional<Memory> memory; // these two are made by the thread itself
		std::optional<Kcov> kcov;
		std::atomic<pid_t> tid = 0;
		std::atomic<uint64_t> calls = 0;
		std::atomic<const Row *> doing = nullptr;
		size_t useful = 0; // calls up to the last that reached anything new
	};

	void prepare(Lane &lane);
	void follow(size_t thread);
	void run_lane(size_t thread);
	void tick();
	void call(Lane &lane, const Row &row, const Arguments &arguments);

	const Table &table_;
	Edges &edges_;
	const OnHang on_hang_;
	Slots slots_;
	std::array<Lane, kThreads> lanes_;
	const Program *program_ = nullptr;	// written between rounds
	std::atomic<unsigned int> round_ = 0;	// a new one starts the other threads
	std::atomic<unsigned int> running_ = 0; // how many of them are not done
	std::atomic<bool> stop_ = false;
	std::array<std::thread, kThreads> threads_; // the first one ticks
};

} // namespace gatehouse::stress
