// SPDX-License-Identifier: GPL-2.0-or-later
//
// How the kernel decides (lib/fault-inject.c): a task's fail-nth counts down at
// each chance to fail, and the chance that takes it to 0 fails. Where it is 0,
// the probability of that kind of failure counts, for tasks that are marked by
// make-it-fail. So with a probability of 100 the failure at fail-nth is the
// first of many.
//
// Copies from and to user memory are another kind, whose probability stays 0:
// what is written to the files here could not be read by the kernel otherwise.

#include "faults.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
#include <string>
#include <thread>

#include "fault_trace.hpp"
#include "file.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

enum class Extent { Alone, Onward };

// A walk is over when this often nothing came of one failure: what is set off in
// the kernel may have been done by a worker that was not there before.
constexpr unsigned kMisses = 4;

const char *name_of(Extent extent)
{
	return extent == Extent::Alone ? "alone" : "and all after it";
}

// ---- the kernel's switches ----

const std::string kDebugfs = "/sys/kernel/debug/";

void set_switch(const std::string &path, std::string_view value)
{
	const std::string before = ASSERT_OK(read_file(path));
	on_exit([=] { ASSERT_OK(write_file(path, before)); });
	ASSERT_OK(write_file(path, value));
}

void set_up_kernel()
{
	if (access((kDebugfs + "failslab").c_str(), F_OK))
		skip("fault injection in this kernel: run on the debug kernel");
	for (const char *kind : {"failslab/", "fail_page_alloc/", "fail_usercopy/"}) {
		set_switch(kDebugfs + kind + "verbose", "0");
		set_switch(kDebugfs + kind + "task-filter", "Y");
		set_switch(kDebugfs + kind + "times", "1000000000");
		set_switch(kDebugfs + kind + "probability", "0");
	}
	set_switch(kDebugfs + "failslab/ignore-gfp-wait", "N");
	// Only the caches that the kernel's command line marks: all but kmemleak's.
	set_switch(kDebugfs + "failslab/cache-filter", "Y");
	set_switch(kDebugfs + "fail_page_alloc/ignore-gfp-wait", "N");
	set_switch(kDebugfs + "fail_page_alloc/min-order", "0");
	// A module that goes waits for some grace periods.
	set_switch("/sys/kernel/rcu_expedited", "1");
	start_fault_trace();
	// A page fault whose page table can't be allocated is tried for ever.
	ASSERT_CALL(mlockall(MCL_CURRENT | MCL_FUTURE));
}

void set_extent(Extent extent)
{
	const char *probability = extent == Extent::Alone ? "0" : "100";
	for (const char *kind : {"failslab", "fail_page_alloc"})
		ASSERT_OK(write_file(kDebugfs + kind + "/probability", probability));
}

// ---- tasks ----

// A task's two files, held open: opening them is a chance to fail, too.
class Victim
{
public:
	static Result<Victim> open(const std::string &folder)
	{
		return Victim(TRY(sys::open(folder + "/fail-nth", O_RDWR)),
			      TRY(sys::open(folder + "/make-it-fail", O_RDWR)));
	}

	// False when the task is gone. Nothing between the last write and the
	// call, nor between the call and the first of disarm(), may fail.
	bool arm(unsigned nth) const
	{
		return put(make_it_fail_, "1") && put(fail_nth_, std::to_string(nth));
	}

	// Whether the failure came.
	bool disarm() const
	{
		char text[16] = {};
		unsigned left = 0;
		// The last chance of this task may be the copy to text.
		if (pread(fail_nth_.get(), text, sizeof(text) - 1, 0) > 0)
			std::from_chars(text, text + sizeof(text), left);
		else
			left = 1;
		// And so may that of "0" from this program, which leaves 0.
		(void)put(fail_nth_, "0");
		(void)put(make_it_fail_, "0");
		return !left;
	}

private:
	Victim(UniqueFd fail_nth, UniqueFd make_it_fail)
		: fail_nth_(std::move(fail_nth)), make_it_fail_(std::move(make_it_fail))
	{}

	static bool put(const UniqueFd &file, std::string_view text)
	{
		return pwrite(file.get(), text.data(), text.size(), 0) > 0;
	}

	UniqueFd fail_nth_;
	UniqueFd make_it_fail_;
};

std::vector<Victim> this_thread()
{
	std::vector<Victim> one;
	one.push_back(ASSERT_OK(Victim::open("/proc/thread-self")));
	return one;
}

// "kworker/0:2-events", not "kworker/0:1H-kblockd" and not "kworker/u4:0".
bool is_bound_worker(std::string_view comm)
{
	constexpr std::string_view kPrefix = "kworker/";
	if (!comm.starts_with(kPrefix) || comm[kPrefix.size()] == 'u')
		return false;
	return comm.substr(0, comm.find('-')).back() != 'H';
}

std::vector<Victim> workers()
{
	std::vector<Victim> found;
	for (const std::string &pid : ASSERT_OK(sys::list_directory("/proc"))) {
		const auto comm = read_file("/proc/" + pid + "/comm");
		if (!comm.ok() || !is_bound_worker(comm.value()))
			continue;
		auto victim = Victim::open("/proc/" + pid);
		if (victim.ok()) // else it has just ended
			found.push_back(victim.take());
	}
	return found;
}

// ---- a walk ----

class Walker;

// The walk that is going on, for whoever ends the case.
std::atomic<const Walker *> current;

class Walker
{
public:
	Walker(const Walk &walk, std::vector<Victim> (*victims)()) : walk_(walk), victims_(victims)
	{}

	void run()
	{
		current = this;
		plain();
		for (const Extent extent : {Extent::Alone, Extent::Onward}) {
			extent_ = extent;
			set_extent(extent);
			// An oops ends the thread that it happens in, and that alone.
			bool over = false;
			std::thread([&] { over = walk_to_the_end(); }).join();
			if (!over)
				fail("the kernel has ended the thread that called");
		}
		set_extent(Extent::Alone);
		current = nullptr;
	}

	// Where it is, and what has failed there, for whoever ends the case.
	void tell() const
	{
		if (!nth_) {
			note(fmt::format("{}: before any failure", walk_.name));
			return;
		}
		const std::string stack = stack_.empty() ? take_fault_stack() : stack_;
		note(fmt::format(
			"{}: failure {} {}, of {}", walk_.name, nth_.load(), name_of(extent_),
			stack.empty() ? "a copy from or to the user" : "an allocation in"));
		note(stack);
	}

private:
	struct Outcome {
		long result;
		int error;
		bool failed; // something in it was made to
	};
	using Counts = std::map<std::string, unsigned>;

	bool walk_to_the_end()
	{
		Counts outcomes, places;
		unsigned injected = 0, misses = 0;
		nth_ = 1;
		while (nth_ <= walk_.at_most && misses < kMisses) {
			const Outcome outcome = attempt();
			if (!outcome.failed) {
				misses++;
				continue;
			}
			injected++;
			outcomes[judge(outcome)]++;
			places[std::string(module_frame(stack_))]++;
			plain();
			misses = 0;
			nth_++;
		}
		places.erase(""); // the kernel's own
		note(fmt::format("{}: {} failures {}:{}", walk_.name, injected, name_of(extent_),
				 join(outcomes)));
		if (extent_ == Extent::Alone && !places.empty())
			note(fmt::format("  of these:{}", join(places)));
		if (!injected)
			fail("nothing in it could fail");
		return true;
	}

	static std::string join(const Counts &counts)
	{
		std::string text;
		for (const auto &[what, count] : counts)
			text += fmt::format("{} {} {}", text.empty() ? "" : ",", count, what);
		return text;
	}

	Outcome attempt()
	{
		const size_t fds = count_fds();
		stack_.clear();
		walk_.arrange();
		const Outcome outcome = armed_call();
		stack_ = take_fault_stack();
		walk_.conclude(outcome.result);
		if (count_fds() != fds)
			fail("a descriptor is left open");
		return outcome;
	}

	Outcome armed_call() const
	{
		const std::vector<Victim> victims = victims_();
		for (const Victim &victim : victims)
			(void)victim.arm(nth_); // a worker may have ended
		errno = 0;
		Outcome outcome = {walk_.call(), errno, false};
		for (const Victim &victim : victims)
			outcome.failed |= victim.disarm();
		return outcome;
	}

	// Its name, when it is allowed.
	std::string judge(const Outcome &outcome) const
	{
		if (outcome.result >= 0)
			return "without effect";
		const bool allowed = outcome.error == walk_.plain_error ||
				     std::ranges::count(walk_.errors, outcome.error);
		if (!allowed)
			fail(fmt::format("the call gave {}", errno_name(outcome.error)));
		return errno_name(outcome.error);
	}

	// Without a failure.
	void plain() const
	{
		walk_.arrange();
		errno = 0;
		const long result = walk_.call();
		const int error = result < 0 ? errno : 0;
		walk_.conclude(result);
		if (error != walk_.plain_error)
			fail(fmt::format("the plain call after it gave {}",
					 error ? errno_name(error) : "no error"));
	}

	static size_t count_fds() { return ASSERT_OK(sys::list_directory("/proc/self/fd")).size(); }

	const Walk &walk_;
	std::vector<Victim> (*const victims_)();
	Extent extent_ = Extent::Alone;
	std::atomic<unsigned> nth_ = 0;
	std::string stack_;
};

void walk(const Walk &walk, std::vector<Victim> (*victims)())
{
	static bool is_set_up = false;
	if (!std::exchange(is_set_up, true)) {
		set_up_kernel();
		on_exit([] {
			if (const Walker *walker = current)
				walker->tell();
		});
	}
	Walker(walk, victims).run();
}

} // namespace

void each_failure(const Walk &one)
{
	walk(one, this_thread);
}

void each_failure_in_workers(const Walk &one)
{
	walk(one, workers);
}

} // namespace gatehouse::test
