// SPDX-License-Identifier: GPL-2.0-or-later
//
// The open files that programs name by number. Threads may race for a slot: a
// number that was closed by one is EBADF, or another file, for the other.

#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace gatehouse::stress {

// Any thread may use it.
class Slots
{
public:
	static constexpr size_t kCount = 4;

	int get(uint64_t slot) const { return slots_[slot % kCount].fd; }

	// Takes the file, closes the one that was there. -1 for none.
	void put(uint64_t slot, int fd)
	{
		const int old = slots_[slot % kCount].fd.exchange(fd);
		slots_[slot % kCount].replaced = true;
		if (old >= 0)
			close(old);
	}

	// Has a put changed it since the last time this was asked?
	bool take_replaced(uint64_t slot) { return slots_[slot % kCount].replaced.exchange(false); }

private:
	struct Slot {
		std::atomic<int> fd = -1;
		std::atomic<bool> replaced = true;
	};
	std::array<Slot, kCount> slots_;
};

} // namespace gatehouse::stress
