// SPDX-License-Identifier: GPL-2.0-or-later
//
// stress: random calls on device nodes, led by the code that they reach. For
// the debug kernel, in a virtual machine: see selftests/stress/run.

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/core.h>

#include "cli.hpp"
#include "corpus.hpp"
#include "execute.hpp"
#include "journal.hpp"
#include "tables.hpp"

namespace gatehouse::stress {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatch = 32; // programs made, written down and run at a time
constexpr size_t kLook = 8;   // after so many, the kernel's log is looked at
constexpr std::chrono::seconds kProgress(5);

struct Tables {
	std::string_view name;
	Table (*make)();
};
constexpr Tables kTables[] = {
	{"hostile", hostile_table},
	{"virtio_serial", virtio_serial_table},
};

Result<Table> find_table(std::string_view name)
{
	const auto *found = std::ranges::find(kTables, name, &Tables::name);
	if (found == std::end(kTables))
		return Error{0, fmt::format("no table is called '{}'", name)};
	return found->make();
}

// Whether programs that reach new code are kept, and lead to others.
enum class Lead { ByReached, Blind };

// Runs programs.
class Runner
{
public:
	Runner(const Table &table, Journal &journal, Corpus &corpus, Lead lead = Lead::ByReached)
		: journal_(journal), corpus_(corpus), lead_(lead),
		  executor_(table, [&](const std::string &where) { journal.finish(where); })
	{}

	// As many as there is time for.
	void run(const std::vector<Program> &batch,
		 Clock::time_point end = Clock::time_point::max())
	{
		journal_.begin(batch);
		for (size_t count = 1; count <= batch.size() && Clock::now() < end; count++) {
			const Program &program = batch[count - 1];
			journal_.at(count);
			const size_t useful = executor_.run(program);
			if (useful && lead_ == Lead::ByReached)
				corpus_.keep({program.begin(), program.begin() + useful});
			if (count % kLook == 0)
				journal_.look();
		}
		journal_.look();
		if (Clock::now() - told_ > kProgress || Clock::now() > end)
			tell();
	}

	void tell()
	{
		told_ = Clock::now();
		const double passed = std::chrono::duration<double>(told_ - begin_).count();
		const Edges &edges = executor_.edges();
		const auto points = edges.points();
		fmt::print(
			"{:4.0f} s {:6} edges {:5} blocks {:5} programs kept {:8} calls {:5.0f} a "
			"second\n",
			passed, edges.count(), points.size(), corpus_.programs().size(),
			executor_.calls(), static_cast<double>(executor_.calls()) / passed);
		std::fflush(stdout);
		journal_.write_corpus(corpus_.programs());
		journal_.write_reached(points);
	}

private:
	Journal &journal_;
	Corpus &corpus_;
	const Lead lead_;
	Executor executor_;
	const Clock::time_point begin_ = Clock::now();
	Clock::time_point told_ = begin_;
};

// TABLE FOLDER SEED SECONDS [blind]
Result<void> fuzz(const cli::Args &args)
{
	const auto words = args.words();
	const Table table = TRY(find_table(words[0]));
	const auto journal = TRY(Journal::create(table, words[1]));
	const auto input = journal->input();
	Corpus corpus(table, strtoull(words[2].c_str(), nullptr, 0));
	const bool blind = words.size() > 4;
	if (blind && words[4] != "blind")
		return Error{0, fmt::format("'{}' is not blind", words[4])};
	Runner runner(table, *journal, corpus, blind ? Lead::Blind : Lead::ByReached);
	const auto end = Clock::now() + std::chrono::seconds(strtoul(words[3].c_str(), nullptr, 0));
	if (input.ok())
		runner.run(input.value(), end);
	else // of a table that has changed since
		fmt::print("left out: {}\n", input.error().message());
	while (Clock::now() < end) {
		std::vector<Program> batch(kBatch);
		std::ranges::generate(batch, [&] { return corpus.next(); });
		runner.run(batch, end);
	}
	return {};
}

// TABLE FOLDER ROUNDS. First the last program alone, then more and more of those
// before it: what is found needs no more than that.
Result<void> replay(const cli::Args &args)
{
	const auto words = args.words();
	const Table table = TRY(find_table(words[0]));
	const auto journal = TRY(Journal::create(table, words[1]));
	const auto input = TRY(journal->input());
	Corpus corpus(table, 0);
	Runner runner(table, *journal, corpus);
	const unsigned long rounds = strtoul(words[2].c_str(), nullptr, 0);
	for (size_t ran = 0; ran < input.size();) {
		ran = std::min(std::max<size_t>(1, 2 * ran), input.size());
		for (unsigned long round = 0; round < rounds; round++)
			runner.run({input.end() - ran, input.end()});
	}
	runner.tell();
	return {};
}

// TABLE FOLDER. Of two programs that reach the same the shorter one is kept.
Result<void> run(const cli::Args &args)
{
	const auto words = args.words();
	const Table table = TRY(find_table(words[0]));
	const auto journal = TRY(Journal::create(table, words[1]));
	auto input = TRY(journal->input());
	std::ranges::stable_sort(input, {}, &Program::size);
	Corpus corpus(table, 0);
	Runner runner(table, *journal, corpus);
	runner.run(input);
	runner.tell();
	return {};
}

constexpr cli::Verb kVerbs[] = {
	{"fuzz",
	 "TABLE FOLDER SEED SECONDS [blind]",
	 4,
	 5,
	 fuzz,
	 "random programs, after FOLDER/input",
	 {}},
	{"replay", "TABLE FOLDER ROUNDS", 3, 3, replay, "the programs of FOLDER/input", {}},
	{"run", "TABLE FOLDER", 2, 2, run, "each program of FOLDER/input once", {}},
};
constexpr cli::Tool kTool = {"stress", "random calls, led by the code that they reach", kVerbs};

} // namespace

} // namespace gatehouse::stress

int main(int argc, char **argv)
{
	return gatehouse::cli::run(gatehouse::stress::kTool, argc, argv);
}
