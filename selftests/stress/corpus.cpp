// SPDX-License-Identifier: GPL-2.0-or-later

#include "corpus.hpp"

#include <algorithm>

namespace gatehouse::stress {

namespace {

constexpr size_t kFresh = 8;	 // one of so many programs is out of the air
constexpr size_t kNewCalls = 10; // of such a one, at most
constexpr size_t kMaxCalls = 20;
constexpr size_t kMaxChanges = 4;
constexpr size_t kThreaded = 4; // one of so many is spread over threads, which take time to start
constexpr size_t kRare = 16;

} // namespace

Corpus::Corpus(const Table &table, uint64_t seed) : table_(table), random_(seed)
{
	std::vector<unsigned> weights;
	for (const Row &row : table.rows)
		weights.push_back(row.weight);
	rows_ = {weights.begin(), weights.end()};
}

Program Corpus::next()
{
	Program program = programs_.empty() || one_in(kFresh) ? make() : choose();
	if (!programs_.empty())
		for (size_t changes = 1 + below(kMaxChanges); changes; changes--)
			change(program, choose());
	program.resize(std::min(program.size(), kMaxCalls));
	if (one_in(kThreaded))
		for (Call &call : program)
			call.thread = below(kThreads);
	return program;
}

// Any of them, a cheap one rather than one that takes long.
const Program &Corpus::choose()
{
	const Program &one = programs_[below(programs_.size())];
	const Program &other = programs_[below(programs_.size())];
	return cost(one) < cost(other) ? one : other;
}

// Rows that take long have a small weight.
double Corpus::cost(const Program &program) const
{
	double sum = 0;
	for (const Call &call : program)
		sum += 1.0 / table_.rows[call.row].weight;
	return sum;
}

Program Corpus::make()
{
	Program program(1 + below(kNewCalls));
	std::ranges::generate(program, [this] { return make_call(); });
	return program;
}

void Corpus::change(Program &program, const Program &donor)
{
	const size_t at = below(program.size());
	Call &call = program[at];
	const auto &arguments = table_.rows[call.row].arguments;
	switch (below(7)) {
	case 0:
	case 1:
		program.insert(program.begin() + at, make_call());
		break;
	case 2:
		program.push_back(make_call());
		break;
	case 3:
		if (program.size() > 1)
			program.erase(program.begin() + at);
		break;
	case 4: // the rest is the donor's
		program.resize(at + 1);
		program.insert(program.end(), donor.begin() + below(donor.size()), donor.end());
		break;
	default:
		if (!arguments.empty()) {
			const size_t which = below(arguments.size());
			call.arguments[which] = make_argument(arguments[which]);
		}
	}
}

Call Corpus::make_call()
{
	Call call = {.thread = 0, .row = rows_(random_), .arguments = {}};
	for (const Argument &argument : table_.rows[call.row].arguments)
		call.arguments.push_back(make_argument(argument));
	return call;
}

uint64_t Corpus::make_argument(const Argument &argument)
{
	const auto any = [&] { return argument.values[below(argument.values.size())]; };
	switch (argument.kind) {
	case Argument::Kind::Choice:
		break;
	case Argument::Kind::Number:
		if (one_in(kRare))
			return random_() >> below(64);
		if (one_in(4))
			return any() + below(17) - 8;
		break;
	case Argument::Kind::Flags:
		if (one_in(kRare))
			return any() ^ uint64_t { 1 } << below(32);
		if (one_in(2))
			return any() | any();
		break;
	}
	return any();
}

} // namespace gatehouse::stress
