// SPDX-License-Identifier: GPL-2.0-or-later
//
// The corpus: programs that have reached something new, and the next ones to
// try, made from these or from nothing but the table. What comes next depends on
// the seed and on what was kept alone.

#pragma once

#include <cstdint>
#include <random>

#include "program.hpp"

namespace gatehouse::stress {

// Used by one thread.
class Corpus
{
public:
	Corpus(const Table &table, uint64_t seed);

	void keep(Program program) { programs_.push_back(std::move(program)); }
	const std::vector<Program> &programs() const { return programs_; }

	// A program to try.
	Program next();

private:
	size_t below(size_t limit) { return random_() % limit; }
	bool one_in(size_t count) { return below(count) == 0; }

	const Program &choose();
	Program make();
	void change(Program &program, const Program &donor);
	Call make_call();
	uint64_t make_argument(const Argument &argument);
	double cost(const Program &program) const;

	const Table &table_;
	std::mt19937_64 random_;
	std::discrete_distribution<size_t> rows_;
	std::vector<Program> programs_;
};

} // namespace gatehouse::stress
