// SPDX-License-Identifier: GPL-2.0-or-later
//
// What work queues run for a module, as the module vser_device sees it
// (selftests/hostile/work.c): a record like that of a thread.

#pragma once

#include <memory>
#include <optional>
#include <semaphore>
#include <span>
#include <string>
#include <thread>

#include "coverage.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

// One in a process, and in a kernel. Calls are one thread's, but settle() is
// anybody's.
class Work
{
public:
	// Looks from now on. The module is loaded, and stays so.
	static Result<std::unique_ptr<Work>> watch(const std::string &module);
	~Work();

	// Returns when nothing is queued and nothing runs, or after a second.
	void settle() const;

	// Forgets what came before.
	void clear() const { kcov_->clear(); }

	// What has been reached since, by what has ended.
	std::span<const uint64_t> reached() const { return kcov_->reached(); }

private:
	explicit Work(UniqueFd device) : device_(std::move(device)) {}

	const UniqueFd device_;
	std::optional<Kcov> kcov_;
	std::binary_semaphore ready_{0}, stop_{0};
	std::thread thread_; // whose record it is
};

} // namespace gatehouse::stress
