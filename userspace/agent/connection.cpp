// SPDX-License-Identifier: GPL-2.0-or-later

#include "connection.hpp"

#include <sys/epoll.h>

#include <chrono>

namespace agent {

using namespace gatehouse;

namespace {

constexpr int kSteps = 64; // in a turn

} // namespace

Connection::Connection(EventLoop &loop, Agent &agent, UniqueFd fd, std::string label,
		       EndHandler on_end)
	: loop_(loop), fd_(std::move(fd)), session_(agent, fd_.get(), std::move(label)),
	  on_end_(std::move(on_end))
{}

Result<std::unique_ptr<Connection>> Connection::create(EventLoop &loop, Agent &agent, UniqueFd fd,
						       std::string label, EndHandler on_end)
{
	std::unique_ptr<Connection> connection(
		new Connection(loop, agent, std::move(fd), std::move(label), std::move(on_end)));

	// By edges: a port hangs up for as long as no host is there.
	connection->events_ =
		TRY(loop.watch(connection->fd_.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
			       [c = connection.get()](uint32_t) { return c->turn(); }));
	return connection;
}

Result<void> Connection::turn()
{
	for (int i = 0; i < kSteps; i++) {
		const Session::Step step = TRY(session_.step());
		if (step == Session::Step::Idle)
			return {};
		if (step == Session::Step::Ended)
			return on_end_();
	}
	next_turn_ = TRY(loop_.timer(std::chrono::nanoseconds(0), [this] { return turn(); }));
	return {};
}

} // namespace agent
