// SPDX-License-Identifier: GPL-2.0-or-later

#include "kmsg.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "syscall.hpp"

namespace gatehouse {

namespace {

constexpr const char *kPath = "/dev/kmsg";
constexpr size_t kRecordMax = 8192; // the kernel's, with the keys
constexpr std::string_view kEscape = "\\x";

// The byte of a "\x0a" at the start of the text.
std::optional<char> escaped_byte(std::string_view text)
{
	unsigned byte = 0;

	if (text.size() < 4 || !text.starts_with(kEscape))
		return std::nullopt;
	const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 4, byte, 16);
	if (error != std::errc() || end != text.data() + 4)
		return std::nullopt;
	return static_cast<char>(byte);
}

// May it go to a terminal? The kernel escapes more than that.
bool is_harmless(char byte)
{
	return byte == '\n' || byte == '\t' || byte == '\\' ||
	       static_cast<unsigned char>(byte) >= 0x80;
}

std::string unescape(std::string_view text)
{
	std::string plain;

	while (!text.empty()) {
		const auto byte = escaped_byte(text);
		const bool taken = byte && is_harmless(*byte);

		plain += taken ? *byte : text.front();
		text.remove_prefix(taken ? 4 : 1);
	}
	return plain;
}

} // namespace

std::optional<KmsgRecord> parse_kmsg(std::string_view record)
{
	const size_t semicolon = record.find(';');
	std::array<uint64_t, 3> fields = {}; // priority, sequence, microseconds
	KmsgRecord parsed;

	if (semicolon == record.npos)
		return std::nullopt;
	const char *at = record.data(), *const end = at + semicolon;
	for (uint64_t &field : fields) {
		const auto [next, error] = std::from_chars(at, end, field);
		if (error != std::errc() || next == end || *next != ',')
			return std::nullopt;
		at = next + 1;
	}
	parsed.sequence = fields[1];
	parsed.microseconds = fields[2];
	record.remove_prefix(semicolon + 1);
	parsed.text = unescape(record.substr(0, record.find('\n')));
	return parsed;
}

std::string kmsg_line(const KmsgRecord &record)
{
	const std::string stamp = fmt::format("[{:5}.{:06}] ", record.microseconds / 1000000,
					      record.microseconds % 1000000);
	std::string line = stamp;

	for (const char c : record.text) {
		line += c;
		if (c == '\n')
			line.append(stamp.size(), ' ');
	}
	return line + "\n";
}

Result<KmsgReader> KmsgReader::open()
{
	return KmsgReader(TRY(sys::open(kPath, O_RDONLY | O_NONBLOCK)));
}

Result<std::string> KmsgReader::next()
{
	std::array<char, kRecordMax> buffer;
	auto got = sys::read(fd_.get(), buffer, kPath);

	while (got.failed_with(EPIPE)) // overwritten; the next read has the oldest there is
		got = sys::read(fd_.get(), buffer, kPath);
	if (got.failed_with(EAGAIN))
		return std::string();
	const auto record = parse_kmsg({buffer.data(), TRY(std::move(got))});
	if (!record)
		return Error{EPROTO, kPath};
	const uint64_t lost = record->sequence - std::min(next_, record->sequence);
	next_ = record->sequence + 1;
	return (lost ? fmt::format("-- {} records lost --\n", lost) : "") + kmsg_line(*record);
}

} // namespace gatehouse
