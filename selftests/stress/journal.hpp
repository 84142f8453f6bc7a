// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is run is written down first, in a folder that outlives this kernel. The
// folder has
//
//	batch	 the programs that were to run when the kernel died
//	finding	 why this process has ended, and the programs up to that moment
//	points	 the code reached, see Edges::text()
//	corpus	 programs that are worth changing

#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "program.hpp"

namespace gatehouse::stress {

// begin and at are the main thread's; finish is for any.
class Journal
{
public:
	Journal(const Table &table, std::string folder) : table_(table), folder_(std::move(folder))
	{}

	// These programs are about to run; they stay as they are.
	void begin(const std::vector<Program> &batch);

	// The next one is this.
	void at(size_t index) { at_ = index; }

	// Something was found in the program at hand. Ends the process.
	[[noreturn]] void finish(std::string_view what);

	void write(std::string_view name, std::string_view text) const;
	std::string path(std::string_view name) const;

private:
	const Table &table_;
	const std::string folder_;
	std::mutex lock_; // held for good by the first who finishes
	const std::vector<Program> *batch_ = nullptr;
	std::atomic<size_t> at_ = 0;
};

} // namespace gatehouse::stress
