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
#include "edges.hpp"
#include "execute.hpp"
#include "file.hpp"
#include "journal.hpp"
#include "kernel_log.hpp"
#include "mutate.hpp"
#include "tables.hpp"

namespace gatehouse::stress {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatch = 1024; // programs written down and run at a time
constexpr size_t kLook = 8;	// after so many, the kernel's log is looked at
constexpr size_t kFresh = 8;	// one of so many programs is out of the air
constexpr double kDefaultSeconds = 60;
constexpr std::chrono::seconds kProgress(5);

struct Tables {
	std::string_view name;
	Table (*make)();
};
constexpr Tables kTables[] = {{"virtio_serial", virtio_serial_table}};

Result<Table> find_table(std::string_view name)
{
	for (const Tables &one : kTables)
		if (one.name == name)
			return one.make();
	return Error{0, fmt::format("no table is called '{}'", name)};
}

// One table at work: what both verbs do.
class Session
{
public:
	static Result<std::unique_ptr<Session>> create(const std::string &table,
						       const std::string &folder)
	{
		Table found = TRY(find_table(table));
		auto edges = TRY(Edges::create(found.module));
		return std::unique_ptr<Session>(new Session(
			std::move(found), folder, std::move(edges), TRY(KernelLog::create())));
	}

	// Runs the programs from a known state; those that reach new code are
	// kept.
	void run(const std::vector<Program> &batch)
	{
		journal_.begin(batch);
		executor_.begin();
		for (size_t index = 0; index < batch.size(); index++) {
			journal_.at(index);
			run(batch[index]);
			if (index % kLook == 0 || index + 1 == batch.size())
				look();
		}
	}

	const Table &table() const { return table_; }
	const Corpus &corpus() const { return corpus_; }

	void say_progress()
	{
		const auto now = Clock::now();
		const double passed = std::chrono::duration<double>(now - begin_).count();
		fmt::print("{:4.0f} s {:6} edges {:5} programs kept {:7.0f} calls/s\n", passed,
			   edges_->count(), corpus_.size(),
			   static_cast<double>(executor_.calls()) / passed);
		std::fflush(stdout);
		journal_.write("points", edges_->text());
		journal_.write("corpus", corpus_.text(table_));
	}

private:
	Session(Table table, const std::string &folder, std::unique_ptr<Edges> edges, KernelLog log)
		: table_(std::move(table)), edges_(std::move(edges)), log_(std::move(log)),
		  journal_(table_, folder),
		  executor_(table_, *edges_,
			    [this](const std::string &where) { journal_.finish(where); })
	{}

	void look()
	{
		if (const auto splat = log_.splat())
			journal_.finish(*splat);
	}

	void run(const Program &program)
	{
		const auto start = Clock::now();
		const size_t useful = executor_.run(program);
		if (useful)
			corpus_.add(Program(program.begin(), program.begin() + useful),
				    Clock::now() - start);
	}

	const Table table_;
	const std::unique_ptr<Edges> edges_;
	KernelLog log_;
	Journal journal_;
	Executor executor_;
	Corpus corpus_;
	const Clock::time_point begin_ = Clock::now();
};

Program next(const Corpus &corpus, Mutator &mutator)
{
	if (corpus.size() == 0 || mutator.below(kFresh) == 0)
		return mutator.make();
	return mutator.change(corpus.choose(mutator), corpus.choose(mutator));
}

// TABLE SEED FOLDER [CORPUS]
Result<void> fuzz(const cli::Args &args)
{
	const auto words = args.words();
	const auto session = TRY(Session::create(words[0], words[2]));
	if (words.size() > 3)
		session->run(TRY(parse(session->table(), TRY(read_file(words[3])))));

	Mutator mutator(session->table(), strtoull(words[1].c_str(), nullptr, 0));
	const double seconds = args.seconds("--seconds").value_or(kDefaultSeconds);
	const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
						std::chrono::duration<double>(seconds));
	for (auto told = Clock::now(); Clock::now() < end;) {
		std::vector<Program> batch(kBatch);
		for (Program &program : batch)
			program = next(session->corpus(), mutator);
		session->run(batch);
		if (Clock::now() - told < kProgress)
			continue;
		session->say_progress();
		told = Clock::now();
	}
	session->say_progress();
	return {};
}

// TABLE FILE ROUNDS FOLDER
Result<void> replay(const cli::Args &args)
{
	const auto words = args.words();
	const auto session = TRY(Session::create(words[0], words[3]));
	const auto programs = TRY(parse(session->table(), TRY(read_file(words[1]))));
	if (programs.empty())
		return Error{0, words[1] + " has no programs"};
	const unsigned long rounds = strtoul(words[2].c_str(), nullptr, 0);
	// First the last program alone, then more and more of those before it:
	// what is found needs no more than that.
	size_t count = args.flag("--shorten") ? 1 : programs.size();
	do {
		const std::vector<Program> end(programs.end() - count, programs.end());
		for (unsigned long round = 0; round < rounds; round++)
			session->run(end);
	} while (count < programs.size() && (count = std::min(2 * count, programs.size())));
	session->say_progress();
	return {};
}

constexpr cli::Option kFuzzOptions[] = {
	{"--seconds", cli::Kind::Seconds, "how long (60)"},
};
constexpr cli::Option kReplayOptions[] = {
	{"--shorten", cli::Kind::Flag, "the last of the programs first, then more of them"},
};
constexpr cli::Verb kVerbs[] = {
	{"fuzz", "TABLE SEED FOLDER [CORPUS]", 3, 4, fuzz, "run random programs", kFuzzOptions},
	{"replay", "TABLE FILE ROUNDS FOLDER", 4, 4, replay, "run programs from a file",
	 kReplayOptions},
};
constexpr cli::Tool kTool = {"stress", "random calls, led by the code that they reach", kVerbs};

} // namespace

} // namespace gatehouse::stress

int main(int argc, char **argv)
{
	return gatehouse::cli::run(gatehouse::stress::kTool, argc, argv);
}
