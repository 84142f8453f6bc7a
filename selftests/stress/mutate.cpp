// SPDX-License-Identifier: GPL-2.0-or-later

#include "mutate.hpp"

#include <algorithm>

namespace gatehouse::stress {

namespace {

constexpr size_t kNewCalls = 10; // of a new program, at most
constexpr size_t kMaxCalls = 20;
constexpr size_t kMaxChanges = 4;
constexpr size_t kRare = 16; // one of so many

} // namespace

Mutator::Mutator(const Table &table, uint64_t seed) : table_(table), random_(seed)
{
	for (size_t row = 0; row < table.rows.size(); row++)
		rows_.insert(rows_.end(), table.rows[row].weight, row);
}

Program Mutator::make()
{
	Program program(1 + below(kNewCalls));
	std::generate(program.begin(), program.end(), [this] { return make_call(); });
	return program;
}

Program Mutator::change(Program program, const Program &donor)
{
	for (size_t changes = 1 + below(kMaxChanges); changes; changes--)
		change_once(program, donor);
	if (program.size() > kMaxCalls)
		program.resize(kMaxCalls);
	return program;
}

void Mutator::change_once(Program &program, const Program &donor)
{
	const size_t at = below(program.size());
	switch (below(8)) {
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
	case 5:
		program[at].thread = make_thread();
		break;
	default:
		change_argument(program[at]);
	}
}

void Mutator::change_argument(Call &call)
{
	const auto &arguments = table_.rows[call.row].arguments;
	if (arguments.empty())
		return;
	const size_t which = below(arguments.size());
	call.arguments[which] = make_argument(arguments[which]);
}

// Starting several takes its time.
size_t Mutator::make_thread()
{
	return below(kRare) == 0 ? below(kThreads) : 0;
}

Call Mutator::make_call()
{
	Call call = {};
	call.thread = make_thread();
	call.row = rows_[below(rows_.size())];
	const auto &arguments = table_.rows[call.row].arguments;
	for (size_t i = 0; i < arguments.size(); i++)
		call.arguments[i] = make_argument(arguments[i]);
	return call;
}

uint64_t Mutator::make_argument(const Argument &argument)
{
	const auto any = [&] { return argument.values[below(argument.values.size())]; };
	const bool rare = below(kRare) == 0;
	switch (argument.kind) {
	case Argument::Kind::Choice:
		break;
	case Argument::Kind::Number:
		if (rare)
			return random_() >> below(64);
		if (below(4) == 0)
			return any() + below(17) - 8;
		break;
	case Argument::Kind::Flags:
		if (rare)
			return any() ^ uint64_t { 1 } << below(32);
		if (below(2) == 0)
			return any() | any();
		break;
	}
	return any();
}

} // namespace gatehouse::stress
