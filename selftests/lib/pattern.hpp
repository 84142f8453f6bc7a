// SPDX-License-Identifier: GPL-2.0-or-later
//
// The byte stream that both sides of a test can make from a seed alone, so that
// a lost, doubled or swapped byte is seen at its offset. The host's twin is
// selftests/vm/pattern.py; word k is splitmix64(seed + k), little endian.
//
// splitmix64 is a bijection, so any whole word tells its own place in the
// stream: that is how Cover sorts the pieces that several readers got.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::test {

// The stream's bytes [offset, offset + length).
std::string pattern(uint64_t seed, size_t length, uint64_t offset = 0);

// The index of the first byte that is not the stream's at offset, or data.size().
size_t pattern_mismatch(std::string_view data, uint64_t seed, uint64_t offset = 0);

// Fits pieces, in any order, together to the stream of one seed.
class Cover
{
public:
	Cover(uint64_t seed, uint64_t length) : seed_(seed), length_(length) {}

	// Each piece must be contiguous in the stream.
	void add(std::string piece);

	// What is wrong: a byte lost, doubled or foreign; "" when each byte of
	// the stream is there exactly once.
	std::string verdict();

private:
	struct Piece {
		uint64_t begin;
		uint64_t end;
	};

	bool place(std::string_view piece);
	bool fill_gap(std::string_view piece);

	const uint64_t seed_;
	const uint64_t length_;
	std::vector<Piece> placed_;
	std::vector<std::string> short_; // too short to hold a whole word
	std::string foreign_;
};

} // namespace gatehouse::test
