// SPDX-License-Identifier: GPL-2.0-or-later
//
// Records of the kernel's log, as a read of /dev/kmsg returns each:
// "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,...];TEXT\n KEY=VALUE\n...".

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "result.hpp"
#include "unique_fd.hpp"

namespace gatehouse {

struct KmsgRecord {
	uint64_t sequence = 0;
	uint64_t microseconds = 0; // since boot
	std::string text;	   // as it was logged; control characters stay \x1b
};

std::optional<KmsgRecord> parse_kmsg(std::string_view record);

// As dmesg shows it, newline and all: "[   12.345678] text", further lines of
// one record below the text.
std::string kmsg_line(const KmsgRecord &record);

// Reads the log from its start and on, a line a record.
class KmsgReader
{
public:
	static Result<KmsgReader> open();

	// From a non-blocking descriptor, one record a read.
	explicit KmsgReader(UniqueFd fd) : fd_(std::move(fd)) {}

	int fd() const { return fd_.get(); }

	// The line of the next record; "" when there is nothing new. Before it
	// stands a line about records that were overwritten before they were read.
	Result<std::string> next();

private:
	UniqueFd fd_;
	uint64_t next_ = 0; // sequence number
};

} // namespace gatehouse
