// SPDX-License-Identifier: GPL-2.0-or-later
//
// Fault injection (Documentation/fault-injection in the kernel's sources; the
// debug kernel has it): makes the first allocation, or copy from or to user
// memory, inside a call fail, then the second, and so on until the call needs
// no more of them.
//
//	const Port port = find_port();
//	each_failure({
//		.name = "open",
//		.call = [&] { return open(node, O_RDWR); },
//		.conclude = [](long fd) { close(fd); },
//	});
//
// Each failure is tried in two ways: alone, and with all that come after it in
// the same call, which is how code that has a second way out gets stuck. After
// each the call must have given an error of an allowed kind, or have done
// without; no descriptor may be left; and the same call must succeed at once
// when nothing fails. Memory that is lost is found by the bench, which asks
// kmemleak at the end of each boot and tells which case lost it.
//
// The report of a failed case names the walk and the failure that it was at,
// also when that ended in an oops, a hang or an ASSERT of a hook.

#pragma once

#include <cerrno>
#include <functional>
#include <string_view>
#include <vector>

namespace gatehouse::test {

// A call, and what surrounds it. Hooks end the case by ASSERT when something is
// wrong; nothing fails inside them.
struct Walk {
	std::string_view name;
	// Before each call: brings about what it needs.
	std::function<void()> arrange = [] {};
	// Makes system calls and nothing else; returns the result of the last,
	// with errno.
	std::function<long()> call;
	// After each call, with its result: looks at what has come of it, which
	// may be less than was asked for, and undoes it.
	std::function<void(long result)> conclude = [](long) {};
	// What the call fails with when it is not disturbed; 0: it succeeds.
	int plain_error = 0;
	// What it may fail with when it is.
	std::vector<int> errors = {ENOMEM, EFAULT};
	// Failures to try, of a call that does the same thing many times.
	unsigned at_most = 10000;
};

// Failures in the thread that calls. The case fails if there were none.
void each_failure(const Walk &one);

// Failures in the kernel's workers, for what a call sets off there: all workers
// of the bound queues are at risk, as any of them may get the work. The call
// returns when the work is done.
void each_failure_in_workers(const Walk &one);

} // namespace gatehouse::test
