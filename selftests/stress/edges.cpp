// SPDX-License-Identifier: GPL-2.0-or-later

#include "edges.hpp"

#include <cstdlib>

#include <fmt/core.h>

#include "file.hpp"
#include "syscall.hpp"

namespace gatehouse::stress {

namespace {

// True for the first who sets it. Most are set already, and stay unwritten.
bool set(std::atomic<bool> &flag)
{
	return !flag.load(std::memory_order_relaxed) && !flag.exchange(true);
}

} // namespace

Result<std::unique_ptr<Edges>> Edges::create(std::string_view module)
{
	const std::string folder = fmt::format("/sys/module/{}/sections/", module);
	std::string sections;
	for (const std::string &name : TRY(sys::list_directory(folder)))
		if (name.find(".text") != std::string::npos)
			sections += fmt::format("{} {}\n", name, TRY(read_file(folder + name)));
	const std::string base = TRY(read_file(folder + ".text"));
	return std::unique_ptr<Edges>(
		new Edges(std::move(sections), strtoull(base.c_str(), nullptr, 0)));
}

bool Edges::add(std::span<const uint64_t> points)
{
	constexpr uint32_t kMask = (1 << kBits) - 1;
	bool fresh = false;
	uint32_t before = 0;
	for (const uint64_t point : points) {
		const uint32_t here = point - base_;
		if (set(edges_[(before * 0x9e3779b1 ^ here) & kMask])) {
			count_++;
			fresh = true;
			set(points_[here & kMask]);
		}
		before = here;
	}
	return fresh;
}

std::string Edges::text() const
{
	std::string text = sections_;
	for (uint32_t index = 0; index < points_.size(); index++) {
		const int32_t offset = static_cast<int32_t>(index << (32 - kBits)) >> (32 - kBits);
		if (points_[index])
			text += fmt::format("{:#x}\n", base_ + offset);
	}
	return text;
}

} // namespace gatehouse::stress
