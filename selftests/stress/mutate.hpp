// SPDX-License-Identifier: GPL-2.0-or-later
//
// New programs: from nothing but a table, and from programs that are known to
// reach something. The same seed gives the same programs.

#pragma once

#include <cstdint>
#include <random>
#include <span>

#include "program.hpp"

namespace gatehouse::stress {

// Used by one thread.
class Mutator
{
public:
	Mutator(const Table &table, uint64_t seed);

	// A number below the limit.
	size_t below(size_t limit) { return random_() % limit; }

	// A program out of the air.
	Program make();

	// Another one like it, that may have got calls of the donor's.
	Program change(Program program, const Program &donor);

private:
	size_t make_thread();
	Call make_call();
	uint64_t make_argument(const Argument &argument);
	void change_once(Program &program, const Program &donor);
	void change_argument(Call &call);

	const Table &table_;
	std::mt19937_64 random_;
	std::vector<uint16_t> rows_; // each as often as its weight
};

} // namespace gatehouse::stress
