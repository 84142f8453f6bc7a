// SPDX-License-Identifier: GPL-2.0-or-later

#include "kernel_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "syscall.hpp"

namespace gatehouse::stress {

Result<KernelLog> KernelLog::create()
{
	const char *words = getenv("GATEHOUSE_SPLATS");
	if (!words)
		return Error{0, "GATEHOUSE_SPLATS is not set: run this by selftests/run"};
	regex_t pattern;
	if (regcomp(&pattern, words, REG_EXTENDED | REG_NOSUB))
		return Error{0, "GATEHOUSE_SPLATS is no regular expression"};
	UniqueFd fd = TRY(sys::open("/dev/kmsg", O_RDONLY | O_NONBLOCK));
	if (lseek(fd.get(), 0, SEEK_END) < 0)
		return Error{errno, "lseek of /dev/kmsg"};
	return KernelLog(std::move(fd), pattern);
}

std::optional<std::string> KernelLog::splat()
{
	std::array<char, 8192> record;
	for (;;) {
		const ssize_t length = read(fd_.get(), record.data(), record.size() - 1);
		if (length < 0 && errno == EPIPE)
			continue; // some were lost
		if (length <= 0)
			return {};
		record[length] = '\0';
		if (regexec(&pattern_, record.data(), 0, nullptr, 0) != 0)
			continue;
		const std::string_view text(record.data(), length);
		const size_t begin = text.find(';') + 1;
		return std::string(text.substr(begin, text.find('\n') - begin));
	}
}

} // namespace gatehouse::stress
