// SPDX-License-Identifier: GPL-2.0-or-later

#include "fault_trace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "file.hpp"
#include "syscall.hpp"
#include "test.hpp"

namespace gatehouse::test {

namespace {

const std::string kTracing = "/sys/kernel/tracing/";

// Who answers whether an allocation shall fail. (Copies from and to the user ask
// a function that the kernel lets nobody trace.)
struct Probe {
	const char *event;
	const char *function;
	const char *older; // its name on 6.1
};
constexpr Probe kProbes[] = {
	{"slab", "should_failslab", "__should_failslab"},
	{"page", "should_fail_alloc_page", "should_fail_alloc_page"},
};

// What is read from it is gone. Held open, and never emptied by O_TRUNC: each
// waits for a grace period.
UniqueFd pipe;

std::string take_trace()
{
	std::string trace;
	char buffer[16384];
	ssize_t n;
	while ((n = read(pipe.get(), buffer, sizeof(buffer))) > 0)
		trace.append(buffer, n);
	ASSERT_TRUE(n == 0 || errno == EAGAIN);
	return trace;
}

std::string event_file(const Probe &probe, std::string_view file)
{
	return fmt::format("{}events/gatehouse_faults/{}/{}", kTracing, probe.event, file);
}

void add_probe(const Probe &probe)
{
	const auto add = [&](const char *function) {
		return write_file(kTracing + "kprobe_events",
				  fmt::format("r:gatehouse_faults/{} {} fails=$retval:u8",
					      probe.event, function));
	};
	if (!add(probe.older).ok())
		ASSERT_OK(add(probe.function));
	on_exit([=] {
		ASSERT_OK(write_file(event_file(probe, "trigger"), "!stacktrace if fails == 1"));
		ASSERT_OK(write_file(kTracing + "kprobe_events",
				     fmt::format("-:gatehouse_faults/{}", probe.event)));
	});
	ASSERT_OK(write_file(event_file(probe, "trigger"), "stacktrace if fails == 1"));
}

// A frame of the probe, or of the answer: what fails comes after the last one.
bool is_about_failing(std::string_view frame)
{
	return frame.find("rethook_trampoline") != std::string_view::npos ||
	       frame.starts_with("should_fail");
}

// Takes the first line away.
std::string_view next_line(std::string_view &text)
{
	const size_t end = std::min(text.find('\n'), text.size());
	const std::string_view line = text.substr(0, end);
	text.remove_prefix(std::min(end + 1, text.size()));
	return line;
}

} // namespace

void start_fault_trace()
{
	ASSERT_OK(write_file(kTracing + "options/sym-offset", "1"));
	for (const Probe &probe : kProbes)
		add_probe(probe);
	pipe = ASSERT_OK(sys::open(kTracing + "trace_pipe", O_RDONLY | O_NONBLOCK));
	(void)take_fault_stack(); // somebody else's
}

std::string take_fault_stack()
{
	constexpr std::string_view kFrame = " => ";
	const std::string trace = take_trace();

	std::string stack;
	for (std::string_view rest = trace; !rest.empty();) {
		std::string_view line = next_line(rest);
		if (!line.starts_with(kFrame)) {
			if (!stack.empty())
				break; // the next failure
			continue;
		}
		line.remove_prefix(kFrame.size());
		stack += std::string(line) + '\n';
		if (is_about_failing(line))
			stack.clear();
	}
	return stack;
}

std::string_view module_frame(std::string_view stack)
{
	while (!stack.empty()) {
		const std::string_view line = next_line(stack);
		if (line.ends_with(']'))
			return line;
	}
	return {};
}

} // namespace gatehouse::test
