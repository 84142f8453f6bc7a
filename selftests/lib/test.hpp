// SPDX-License-Identifier: GPL-2.0-or-later
//
// A small test harness for programs that run inside a test VM.
//
// A program is a set of cases, each one sentence about behaviour:
//
//	TEST(returns_zero_when_the_host_is_away, .topology = "basic")
//	{
//		OpenPort port;
//		EXPECT_EQ(port.read(1), "");
//	}
//
// `PROGRAM --list` prints the cases, `PROGRAM CASE` runs one in this process
// and exits 0 (pass), 1 (fail) or 4 (skip). TEST_EACH runs one body over a
// table of variants; each is a case of its own, named CASE.VARIANT.
//
// EXPECT_* notes a failure and goes on; ASSERT_* ends the case there, from any
// thread. The bench resets the host's side before each case; what a case
// changes inside the guest beyond its own process is put back by functions
// given to on_exit(), last first, also when the case fails, hangs past its
// deadline or is told to stop.

#pragma once

#include <cerrno>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/core.h>

#include "result.hpp"

namespace gatehouse::test {

struct Options {
	// The VM set-ups (vm.toml) that the case runs in, separated by commas.
	std::string_view topology = "basic";
	// Seconds until the case is told to be hung; generous, TCG is slow.
	int deadline = 30;
	// Which kernels it runs on: all, kDebugOnly or too_slow(reason).
	std::string debug = "-";
};

// For cases that need the debug kernel: fault injection, kmemleak, KUnit...
inline constexpr const char *kDebugOnly = "only";

// For cases that the debug kernel is too slow for; skipped there. The reason
// says what takes so long.
std::string too_slow(std::string_view reason);

// What main() does: lists the cases or runs one; the exit status.
int main(int argc, char **argv);

// Adds a case to the program's list; made by TEST at static initialisation.
struct Registrar {
	Registrar(std::string name, std::function<void()> body, Options options);
};

// Ends the case as skipped. The reason says what is missing.
[[noreturn]] void skip(std::string_view reason);

// Ends the case as failed, after the clean-up.
[[noreturn]] void fail(std::string_view why);

// Prints a "# " line to the log.
void note(std::string_view text);

// Registers a clean-up of what outlives the process.
void on_exit(std::function<void()> undo);

// Notes a failed expectation; a fatal one ends the case.
void report(const char *file, int line, std::string_view what, bool fatal);

// "EAGAIN", for messages.
std::string errno_name(int error);

// How many times longer than on Debian's kernels something may take on this one.
int patience();

// Looks again and again until the condition, an event, has come about; false
// when it has not within ten seconds, times patience().
bool eventually(const std::function<bool()> &condition);

template <typename T> auto comparable(const T &value)
{
	if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
		return static_cast<long long>(value);
	else
		return std::string_view(value);
}

template <typename A, typename B, typename Op>
void check(const A &a, const B &b, Op op, const char *text, const char *file, int line, bool fatal)
{
	const auto left = comparable(a);
	const auto right = comparable(b);
	if (!op(left, right))
		report(file, line, fmt::format("{}: left is {}, right is {}", text, left, right),
		       fatal);
}

// The result of a system call against "fails with this errno".
void check_error(long result, int got, int want, const char *text, const char *file, int line);

// A system call's result that must not be an error; returns it.
long check_call(long result, int got, const char *text, const char *file, int line);

template <typename T> T check_result(Result<T> result, const char *file, int line)
{
	if (!result.ok())
		report(file, line, result.error().message(), true);
	return result.take();
}

} // namespace gatehouse::test

// The text is made by the outer macro, before its arguments are expanded.
#define GH_CHECK(a, b, functor, text, fatal)                                                       \
	::gatehouse::test::check((a), (b), functor{}, text, __FILE__, __LINE__, fatal)

#define EXPECT_EQ(a, b) GH_CHECK(a, b, std::equal_to<>, #a " == " #b, false)
#define EXPECT_NE(a, b) GH_CHECK(a, b, std::not_equal_to<>, #a " != " #b, false)
#define ASSERT_EQ(a, b) GH_CHECK(a, b, std::equal_to<>, #a " == " #b, true)
#define ASSERT_GT(a, b) GH_CHECK(a, b, std::greater<>, #a " > " #b, true)

#define GH_TRUE(condition, fatal)                                                                  \
	((condition)                                                                               \
		 ? void()                                                                          \
		 : ::gatehouse::test::report(__FILE__, __LINE__, #condition " is false", fatal))
#define EXPECT_TRUE(condition) GH_TRUE(condition, false)
#define ASSERT_TRUE(condition) GH_TRUE(condition, true)

#define ASSERT_EVENTUALLY(condition)                                                               \
	(::gatehouse::test::eventually([&] { return bool(condition); })                            \
		 ? void()                                                                          \
		 : ::gatehouse::test::report(__FILE__, __LINE__, "never came: " #condition, true))

// A system call that must fail with the given errno.
#define EXPECT_FAILS(call, error)                                                                  \
	do {                                                                                       \
		errno = 0;                                                                         \
		const long gh_result = (call);                                                     \
		::gatehouse::test::check_error(gh_result, errno, error, #call, __FILE__,           \
					       __LINE__);                                          \
	} while (0)

// A system call that must succeed; the value is its result.
#define ASSERT_CALL(call)                                                                          \
	([&]() -> long {                                                                           \
		const long gh_result = (call);                                                     \
		return ::gatehouse::test::check_call(gh_result, errno, #call, __FILE__, __LINE__); \
	}())

// The value of a Result that must have one.
#define ASSERT_OK(result) ::gatehouse::test::check_result((result), __FILE__, __LINE__)

#define TEST(title, ...)                                                                           \
	static void title();                                                                       \
	static const ::gatehouse::test::Registrar title##_case(                                    \
		#title, title, ::gatehouse::test::Options{__VA_ARGS__});                           \
	static void title()

// The table's rows have a member `name`; the body sees its row as `variant`.
#define TEST_EACH(title, table, ...)                                                               \
	using title##_row = std::remove_cvref_t<decltype(*std::begin(table))>;                     \
	static void title(const title##_row &variant);                                             \
	static const bool title##_cases = [] {                                                     \
		for (const title##_row &row : table)                                               \
			::gatehouse::test::Registrar(                                              \
				fmt::format("{}.{}", #title, row.name), [&row] { title(row); },    \
				::gatehouse::test::Options{__VA_ARGS__});                          \
		return true;                                                                       \
	}();                                                                                       \
	static void title([[maybe_unused]] const title##_row &variant)
