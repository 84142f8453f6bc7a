// SPDX-License-Identifier: GPL-2.0-or-later

#include "users.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "test.hpp"
#include "unique_fd.hpp"

namespace gatehouse::test {

namespace {

constexpr size_t kMost = 100'000; // more than three of the driver's buffers
constexpr int kCalls = 8;	  // at most, from open to close
constexpr useconds_t kPause = 200;

} // namespace

Users::Users(std::vector<std::string> nodes, uint64_t seed)
{
	for (std::string &node : nodes)
		threads_.emplace_back([this, node = std::move(node), seed = seed++] {
			return run(node, std::mt19937_64(seed));
		});
}

long Users::run(const std::string &node, std::mt19937_64 random)
{
	while (!stop_) {
		const int block = random() % 4 ? O_NONBLOCK : 0;
		const UniqueFd fd(open(node.c_str(), O_RDWR | O_CLOEXEC | block));
		check("open", fd.get(), {ENOENT, ENXIO, EBUSY});
		if (!fd) {
			usleep(kPause);
			continue;
		}
		opened_++;
		for (int calls = random() % kCalls; calls > 0; calls--)
			use(fd.get(), random);
	}
	return 0;
}

void Users::use(int fd, std::mt19937_64 &random)
{
	std::string data(random() % 4 ? random() % 5000 : random() % kMost, 'u');
	pollfd one = {.fd = fd, .events = POLLIN | POLLOUT, .revents = 0};
	switch (random() % 4) {
	case 0:
		check("read", read(fd, data.data(), data.size()), {EAGAIN, ENODEV});
		break;
	case 1:
		check("write", write(fd, data.data(), data.size()), {EAGAIN, ENODEV, EIO});
		break;
	case 2:
		check("poll", poll(&one, 1, random() % 3), {});
		break;
	case 3:
		check("fcntl", fcntl(fd, F_SETFL, random() % 2 ? O_ASYNC | O_NONBLOCK : O_NONBLOCK),
		      {});
		break;
	}
}

void Users::check(const char *call, long result, std::initializer_list<int> errors)
{
	if (result >= 0 || std::ranges::find(errors, errno) != errors.end())
		return;
	const std::lock_guard guard(lock_);
	if (unexpected_.empty())
		unexpected_ = fmt::format("{}: {}", call, errno_name(errno));
}

std::string Users::unexpected()
{
	threads_.clear();
	const std::lock_guard guard(lock_);
	return unexpected_;
}

} // namespace gatehouse::test
