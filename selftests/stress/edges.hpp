// SPDX-License-Identifier: GPL-2.0-or-later
//
// Edges: which code of a module has been reached so far, by anybody. An edge is
// a step from one point of the code to the next; a call that makes a step that
// none has made before is worth keeping. Two edges that share a hash count as
// one: there are some thousands of them, and room for many more.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "result.hpp"

namespace gatehouse::stress {

// Any thread may use it.
class Edges
{
public:
	// The module is loaded, and stays.
	static Result<std::unique_ptr<Edges>> create(std::string_view module);

	// The points that one call has reached, in order. Was any edge new?
	bool add(std::span<const uint64_t> points);

	size_t count() const { return count_; }

	// The sections of the module and where they lie, and each point reached,
	// a line each, for selftests/stress/reached.py.
	std::string text() const;

private:
	Edges(std::string sections, uint64_t base) : sections_(std::move(sections)), base_(base) {}

	// Points within 512 KiB of the module's start.
	static constexpr int kBits = 20;
	using Flags = std::array<std::atomic<bool>, 1 << kBits>;

	const std::string sections_;
	const uint64_t base_;
	std::atomic<size_t> count_ = 0;
	Flags points_ = {};
	Flags edges_ = {};
};

} // namespace gatehouse::stress
