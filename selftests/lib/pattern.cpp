// SPDX-License-Identifier: GPL-2.0-or-later

#include "pattern.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

namespace gatehouse::test {

namespace {

constexpr uint64_t kStep = 0x9E3779B97F4A7C15u;
constexpr uint64_t kMul1 = 0xBF58476D1CE4E5B9u;
constexpr uint64_t kMul2 = 0x94D049BB133111EBu;
constexpr size_t kWord = sizeof(uint64_t);

constexpr uint64_t mix(uint64_t x)
{
	x += kStep;
	x = (x ^ (x >> 30)) * kMul1;
	x = (x ^ (x >> 27)) * kMul2;
	return x ^ (x >> 31);
}

// The inverse of an odd number modulo 2^64, by Newton's iteration.
constexpr uint64_t inverse(uint64_t x)
{
	uint64_t y = x;
	for (int i = 0; i < 6; i++)
		y *= 2 - x * y;
	return y;
}

constexpr uint64_t unmix(uint64_t x)
{
	x ^= x >> 31 ^ x >> 62;
	x *= inverse(kMul2);
	x ^= x >> 27 ^ x >> 54;
	x *= inverse(kMul1);
	x ^= x >> 30 ^ x >> 60;
	return x - kStep;
}

static_assert(unmix(mix(0x0123456789abcdefu)) == 0x0123456789abcdefu);

} // namespace

std::string pattern(uint64_t seed, size_t length, uint64_t offset)
{
	const size_t skip = offset % kWord;
	std::string data(skip + length + kWord, '\0');
	uint64_t k = seed + offset / kWord;
	for (size_t i = 0; i < skip + length; i += kWord) {
		const uint64_t word = mix(k++);
		std::memcpy(&data[i], &word, kWord);
	}
	data.resize(skip + length);
	data.erase(0, skip);
	return data;
}

size_t pattern_mismatch(std::string_view data, uint64_t seed, uint64_t offset)
{
	const std::string want = pattern(seed, data.size(), offset);
	const auto [have, _] = std::mismatch(data.begin(), data.end(), want.begin());
	return have - data.begin();
}

void Cover::add(std::string piece)
{
	if (piece.size() < 2 * kWord)
		short_.push_back(std::move(piece));
	else if (!place(piece) && foreign_.empty())
		foreign_ = fmt::format("{} bytes that are no piece of the stream", piece.size());
}

// One of the first eight windows of a word's size is a whole word.
bool Cover::place(std::string_view piece)
{
	for (size_t shift = 0; shift < kWord; shift++) {
		uint64_t word;
		std::memcpy(&word, piece.data() + shift, kWord);
		const uint64_t k = unmix(word) - seed_;
		if (k >= length_ / kWord + 1 || k * kWord < shift)
			continue;
		const uint64_t begin = k * kWord - shift;
		if (pattern_mismatch(piece, seed_, begin) != piece.size())
			return false;
		placed_.push_back({begin, begin + piece.size()});
		return true;
	}
	return false;
}

// A short piece belongs wherever its bytes are still missing.
bool Cover::fill_gap(std::string_view piece)
{
	std::sort(placed_.begin(), placed_.end(),
		  [](const Piece &a, const Piece &b) { return a.begin < b.begin; });
	uint64_t at = 0;
	for (size_t i = 0; i <= placed_.size(); i++) {
		const uint64_t end = i < placed_.size() ? placed_[i].begin : length_;
		for (; at + piece.size() <= end; at++) {
			if (pattern_mismatch(piece, seed_, at) == piece.size()) {
				placed_.push_back({at, at + piece.size()});
				return true;
			}
		}
		at = i < placed_.size() ? placed_[i].end : at;
	}
	return false;
}

std::string Cover::verdict()
{
	std::sort(short_.begin(), short_.end(),
		  [](const auto &a, const auto &b) { return a.size() > b.size(); });
	for (const std::string &piece : short_)
		if (!fill_gap(piece))
			foreign_ = fmt::format("{} bytes that fit nowhere", piece.size());
	if (!foreign_.empty())
		return foreign_;

	std::sort(placed_.begin(), placed_.end(),
		  [](const Piece &a, const Piece &b) { return a.begin < b.begin; });
	uint64_t at = 0;
	for (const Piece &piece : placed_) {
		if (piece.begin > at)
			return fmt::format("{} bytes lost at {}", piece.begin - at, at);
		if (piece.begin < at)
			return fmt::format("{} bytes doubled at {}", at - piece.begin, piece.begin);
		at = piece.end;
	}
	if (at != length_)
		return fmt::format("{} bytes instead of {}", at, length_);
	return "";
}

} // namespace gatehouse::test
