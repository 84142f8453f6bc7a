// SPDX-License-Identifier: GPL-2.0-or-later
//
// The harness: lists the cases or runs one, under a watchdog.
//
// Whoever ends the case (its body, a failed ASSERT on any thread, the watchdog,
// a signal from the runner) calls finish(), which lets exactly one caller run
// the clean-ups and leave by _exit(): other threads may sleep in the driver
// under test and are never joined.

#include "test.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <thread>
#include <vector>

#include "file.hpp"
#include "syscall.hpp"

namespace gatehouse::test {

namespace {

struct Case {
	std::string name;
	std::function<void()> body;
	Options options;
};

std::vector<Case> &cases()
{
	static std::vector<Case> list;
	return list;
}

constexpr int kSkip = 4;
constexpr int kUsage = 2;
// What the runner grants beyond the deadline, for the report and the clean-up.
constexpr int kGrace = 10;
constexpr std::chrono::seconds kEventually(10);

std::mutex report_lock; // one report at a time on stdout
std::mutex finish_lock; // taken for good by the thread that ends the case
std::mutex undo_lock;	// protects undo_list
std::vector<std::function<void()>> undo_list;
std::string failure;   // the first one; protected by report_lock
std::string case_name; // set before any thread is started

bool take_undo(std::function<void()> &undo)
{
	const std::lock_guard guard(undo_lock);
	if (undo_list.empty())
		return false;
	undo = std::move(undo_list.back());
	undo_list.pop_back();
	return true;
}

// Runs the clean-ups and leaves. An ASSERT that fails inside a clean-up comes
// here again, on the thread that holds finish_lock, and goes on with the rest.
[[noreturn]] void finish(int status, std::string_view reason = {})
{
	static thread_local bool finishing = false;
	if (!finishing)
		finish_lock.lock();
	finishing = true;

	std::function<void()> undo;
	while (take_undo(undo))
		undo();

	const std::lock_guard guard(report_lock);
	if (!failure.empty()) {
		status = EXIT_FAILURE;
		fmt::print("not ok 1 {} # {}\n", case_name, failure);
	} else if (status == kSkip) {
		fmt::print("ok 1 {} # SKIP {}\n", case_name, reason);
	} else {
		fmt::print("ok 1 {}\n", case_name);
	}
	std::fflush(stdout);
	_exit(status);
}

void note_failure(std::string_view text)
{
	note(text);
	const std::lock_guard guard(report_lock);
	if (failure.empty())
		failure = text;
}

// Where every thread is: the one thing worth knowing of a hang.
void print_threads()
{
	const std::string tasks = "/proc/self/task/";
	for (const std::string &tid : sys::list_directory(tasks).take()) {
		for (const char *file : {"syscall", "stack"}) {
			auto text = read_file(tasks + tid + "/" + file);
			if (text.ok())
				note(fmt::format("thread {} {}: {}", tid, file, text.value()));
		}
	}
}

// Ends the case at its deadline, or when the runner says so.
void watch(int deadline, const sigset_t &stop_signals)
{
	const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(deadline);
	int signal;
	do { // a suspend interrupts it
		const auto left = std::chrono::duration_cast<std::chrono::seconds>(
			end - std::chrono::steady_clock::now());
		const timespec timeout = {.tv_sec = std::max<time_t>(left.count(), 0),
					  .tv_nsec = 0};
		signal = sigtimedwait(&stop_signals, nullptr, &timeout);
	} while (signal < 0 && errno == EINTR);

	print_threads();
	if (signal < 0)
		fail(fmt::format("not done within {} s", deadline));
	fail(fmt::format("stopped: {}", strsignal(signal)));
}

int list()
{
	for (const Case &one : cases()) {
		std::string sentence = one.name;
		std::replace(sentence.begin(), sentence.end(), '_', ' ');
		fmt::print("{}\t{}\t{}\t{}\t{}\n", one.name, one.options.topology,
			   one.options.deadline + kGrace, one.options.debug, sentence);
	}
	return EXIT_SUCCESS;
}

[[noreturn]] void run(const Case &one)
{
	case_name = one.name;
	fmt::print("TAP version 14\n1..1\n");
	std::fflush(stdout);

	// Only the watchdog takes these: every later thread inherits the mask.
	sigset_t stop_signals;
	sigemptyset(&stop_signals);
	sigaddset(&stop_signals, SIGTERM);
	sigaddset(&stop_signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
	std::thread([=, &one] {
		// The signals that a test waits for are not for this thread.
		sigset_t all;
		sigfillset(&all);
		pthread_sigmask(SIG_BLOCK, &all, nullptr);
		watch(one.options.deadline * patience(), stop_signals);
	}).detach();

	one.body();
	finish(EXIT_SUCCESS);
}

} // namespace

int main(int argc, char **argv)
{
	const std::string_view word = argc == 2 ? argv[1] : "";
	if (word == "--list")
		return list();
	for (const Case &one : cases())
		if (one.name == word)
			run(one);
	fmt::print(stderr, "usage: {} --list | CASE\n", argv[0]);
	return kUsage;
}

Registrar::Registrar(std::string name, std::function<void()> body, Options options)
{
	cases().push_back({std::move(name), std::move(body), options});
}

std::string too_slow(std::string_view reason)
{
	return fmt::format("slow: {}", reason);
}

void skip(std::string_view reason)
{
	finish(kSkip, reason);
}

void fail(std::string_view why)
{
	note_failure(why);
	finish(EXIT_FAILURE);
}

void note(std::string_view text)
{
	const std::lock_guard guard(report_lock);
	while (!text.empty()) {
		const size_t end = std::min(text.find('\n'), text.size());
		fmt::print("# {}\n", text.substr(0, end));
		text.remove_prefix(std::min(end + 1, text.size()));
	}
	std::fflush(stdout);
}

void on_exit(std::function<void()> undo)
{
	const std::lock_guard guard(undo_lock);
	undo_list.push_back(std::move(undo));
}

void report(const char *file, int line, std::string_view what, bool fatal)
{
	note_failure(fmt::format("{}:{}: {}", basename(file), line, what));
	if (fatal)
		finish(EXIT_FAILURE);
}

std::string errno_name(int error)
{
	const char *name = strerrorname_np(error);
	return name ? name : std::to_string(error);
}

int patience()
{
	const char *factor = std::getenv("GATEHOUSE_PATIENCE");
	return factor ? std::max(std::atoi(factor), 1) : 1;
}

bool eventually(const std::function<bool()> &condition)
{
	const auto end = std::chrono::steady_clock::now() + kEventually * patience();
	while (!condition()) {
		if (std::chrono::steady_clock::now() > end)
			return condition();
		std::this_thread::sleep_for(std::chrono::milliseconds(1));
	}
	return true;
}

void check_error(long result, int got, int want, const char *text, const char *file, int line)
{
	if (result == -1 && got == want)
		return;
	const std::string end = result == -1 ? " " + errno_name(got) : "";
	report(file, line, fmt::format("{} gave {}{}, not {}", text, result, end, errno_name(want)),
	       false);
}

long check_call(long result, int got, const char *text, const char *file, int line)
{
	if (result < 0)
		report(file, line, fmt::format("{} failed: {}", text, errno_name(got)), true);
	return result;
}

} // namespace gatehouse::test
