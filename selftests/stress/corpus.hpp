// SPDX-License-Identifier: GPL-2.0-or-later
//
// Programs that have reached something new, to be changed into others.

#pragma once

#include <chrono>
#include <vector>

#include "mutate.hpp"
#include "program.hpp"

namespace gatehouse::stress {

// Used by one thread.
class Corpus
{
public:
	using Duration = std::chrono::nanoseconds;

	size_t size() const { return entries_.size(); }

	// It took that long.
	void add(Program program, Duration took) { entries_.push_back({std::move(program), took}); }

	// Any of them, a quick one rather than one that takes long.
	const Program &choose(Mutator &mutator) const
	{
		const Entry &one = entries_[mutator.below(entries_.size())];
		const Entry &other = entries_[mutator.below(entries_.size())];
		return one.took < other.took ? one.program : other.program;
	}

	std::string text(const Table &table) const
	{
		std::string text;
		for (const Entry &entry : entries_)
			append_text(text, table, entry.program);
		return text;
	}

private:
	struct Entry {
		Program program;
		Duration took;
	};
	std::vector<Entry> entries_;
};

} // namespace gatehouse::stress
