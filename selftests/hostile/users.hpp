// SPDX-License-Identifier: GPL-2.0-or-later
//
// Threads that use the ports of a device at random, in whatever state these are:
// open, read, write, poll, ask for signals, close.

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "worker.hpp"

namespace gatehouse::test {

// Some of their calls sleep until the port goes. So stop() comes first, then the
// device goes, then the destructor waits for them to return.
class Users
{
public:
	// A thread for each of these nodes, which may come and go.
	Users(std::vector<std::string> nodes, uint64_t seed);

	void stop() { stop_ = true; }

	// Waits for all, and gives what a call returned that it never should;
	// "" when there is nothing.
	std::string unexpected();

	// How often a port could be opened.
	unsigned opened() const { return opened_; }

private:
	long run(const std::string &node, std::mt19937_64 random);
	void use(int fd, std::mt19937_64 &random);
	void check(const char *call, long result, std::initializer_list<int> errors);

	std::atomic<bool> stop_ = false;
	std::atomic<unsigned> opened_ = 0;
	std::mutex lock_;	 // protects unexpected_
	std::string unexpected_; // the first one
	std::deque<Worker> threads_;
};

} // namespace gatehouse::test
