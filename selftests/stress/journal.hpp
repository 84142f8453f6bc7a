// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is run is written down first, in a folder that outlives this kernel; what
// the kernel says meanwhile is searched for what it must not say. The folder has
//
//	input	 programs to begin with
//	batch	 the programs that were to run when the kernel died
//	finding	 why this process has ended, and the programs up to that moment
//	corpus	 programs that are worth changing
//	reached	 addresses of the code that was reached, one a line

#pragma once

#include <atomic>
#include <mutex>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "program.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

// For one thread; but finish is for any.
class Journal
{
public:
	static Result<std::unique_ptr<Journal>> create(const Table &table,
						       const std::string &folder);

	Result<std::vector<Program>> input() const;

	// These programs are about to run; they stay as they are.
	void begin(const std::vector<Program> &batch);

	// So many of them have been begun.
	void at(size_t count) { at_ = count; }

	// Ends the process if the kernel has said anything that it must not.
	void look();

	// Something was found in the last one begun. Ends the process.
	[[noreturn]] void finish(std::string_view what);

	void write_corpus(const std::vector<Program> &corpus) const;
	void write_reached(const std::set<uint64_t> &points) const;

private:
	Journal(const Table &table, std::string folder, UniqueFd kernel_log, const char *splats)
		: table_(table), folder_(std::move(folder)), kernel_log_(std::move(kernel_log)),
		  splats_(splats, std::regex::extended)
	{}

	void write(std::string_view name, std::string_view text) const;

	const Table &table_;
	const std::string folder_;
	const UniqueFd kernel_log_;
	const std::regex splats_; // the runner's: selftests/vm/splat.py
	std::mutex lock_;	  // held for good by the first who finishes
	const std::vector<Program> *batch_ = nullptr;
	std::atomic<size_t> at_ = 0;
};

} // namespace gatehouse::stress
