// SPDX-License-Identifier: GPL-2.0-or-later

#include "transport.hpp"

#include <fcntl.h>
#include <sys/epoll.h>

#include <cerrno>
#include <utility>

#include "socket.hpp"
#include "syscall.hpp"

namespace agent {

using namespace gatehouse;

namespace {

// One descriptor for all hosts. It is at its end while none is there.
class PortTransport : public Transport
{
public:
	static Result<std::unique_ptr<Transport>> create(EventLoop &loop, Agent &agent,
							 const std::string &path)
	{
		auto port = std::make_unique<PortTransport>();
		UniqueFd fd = TRY(sys::open(path, O_RDWR | O_NONBLOCK | O_NOCTTY));
		auto on_end = [p = port.get()]() -> Result<void> {
			p->connection_->session().reset();
			return {};
		};

		port->connection_ = TRY(
			Connection::create(loop, agent, std::move(fd), path, std::move(on_end)));
		return std::unique_ptr<Transport>(std::move(port));
	}

private:
	std::unique_ptr<Connection> connection_;
};

class SocketTransport : public Transport
{
public:
	SocketTransport(EventLoop &loop, Agent &agent, Listener listener)
		: loop_(loop), agent_(agent), listener_(std::move(listener))
	{}

	static Result<std::unique_ptr<Transport>> create(EventLoop &loop, Agent &agent,
							 const std::string &path)
	{
		Listener listener = TRY(Listener::create({path, "", ""}));
		auto socket = std::make_unique<SocketTransport>(loop, agent, std::move(listener));

		socket->clients_ =
			TRY(loop.watch(socket->listener_.fd(), EPOLLIN | EPOLLET,
				       [s = socket.get()](uint32_t) { return s->accept(); }));
		return std::unique_ptr<Transport>(std::move(socket));
	}

private:
	// The next client, when none is there.
	Result<void> accept()
	{
		if (connection_)
			return {};
		auto client = listener_.accept();
		if (client.failed_with(EAGAIN) || client.failed_with(ECONNABORTED))
			return {};
		auto on_end = [this]() -> Result<void> {
			connection_.reset();
			return accept();
		};
		connection_ = TRY(Connection::create(loop_, agent_, TRY(std::move(client)),
						     "the client", std::move(on_end)));
		return {};
	}

	EventLoop &loop_;
	Agent &agent_;
	Listener listener_;
	EventLoop::Registration clients_;
	std::unique_ptr<Connection> connection_;
};

} // namespace

Result<std::unique_ptr<Transport>> Transport::create(EventLoop &loop, Agent &agent,
						     const Options &options)
{
	return options.method == Method::UnixListen
		       ? SocketTransport::create(loop, agent, options.path)
		       : PortTransport::create(loop, agent, options.path);
}

} // namespace agent
