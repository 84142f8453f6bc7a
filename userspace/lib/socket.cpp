// SPDX-License-Identifier: GPL-2.0-or-later

#include "socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "syscall.hpp"

namespace gatehouse {

namespace {

constexpr std::string_view kUnix = "unix:", kTcp = "tcp:";

using Call = int (*)(int, const sockaddr *, socklen_t);

Result<sockaddr_un> unix_address(const std::string &path)
{
	sockaddr_un address = {};

	if (path.size() >= sizeof(address.sun_path))
		return Error{ENAMETOOLONG, "socket '" + path + "'"};
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, path.data(), path.size());
	return address;
}

// Calls connect() or bind(), after what prepares the socket for it.
Result<UniqueFd> call_unix(const std::string &path, Call call)
{
	const sockaddr_un address = TRY(unix_address(path));
	UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));

	if (!fd || call(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof(address)))
		return Error{errno, "unix:" + path};
	return fd;
}

// The same with each address that a name has, until one does.
Result<UniqueFd> call_tcp(const SocketAddress &address, Call call, int flags)
{
	const int on = 1;
	const timeval patience = {10, 0};
	addrinfo hints = {}, *list = nullptr;
	Error error = {EADDRNOTAVAIL, address.text()};

	hints.ai_flags = flags;
	hints.ai_socktype = SOCK_STREAM;
	const int code = getaddrinfo(address.host.c_str(), address.service.c_str(), &hints, &list);
	if (code)
		return Error{0, fmt::format("{}: {}", address.text(), gai_strerror(code))};
	const std::unique_ptr<addrinfo, void (*)(addrinfo *)> owner(list, freeaddrinfo);
	for (; list; list = list->ai_next) {
		UniqueFd fd(::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
		if (fd && (flags & AI_PASSIVE))
			setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		else if (fd) // bounds connect(), too
			setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		if (fd && call(fd.get(), list->ai_addr, list->ai_addrlen) == 0)
			return fd;
		error.code = errno == EINPROGRESS ? ETIMEDOUT : errno;
	}
	return error;
}

// Is a socket's file there that nobody listens to?
bool is_stale(const std::string &path)
{
	const auto status = sys::stat(path);

	return status.ok() && S_ISSOCK(status.value().st_mode) &&
	       call_unix(path, ::connect).failed_with(ECONNREFUSED);
}

} // namespace

Result<SocketAddress> SocketAddress::parse(std::string_view word)
{
	SocketAddress address;

	if (word.starts_with(kUnix) && word.size() > kUnix.size()) {
		address.path = word.substr(kUnix.size());
		return address;
	}
	const size_t colon = word.rfind(':');
	if (!word.starts_with(kTcp) || colon < kTcp.size() + 1 || colon + 1 == word.size())
		return Error{EINVAL,
			     fmt::format("'{}' is neither unix:PATH nor tcp:HOST:PORT", word)};
	std::string_view host = word.substr(kTcp.size(), colon - kTcp.size());
	if (host.starts_with('[') && host.ends_with(']'))
		host = host.substr(1, host.size() - 2);
	address.host = host;
	address.service = word.substr(colon + 1);
	return address;
}

std::string SocketAddress::text() const
{
	if (!path.empty())
		return fmt::format("{}{}", kUnix, path);
	const bool is_v6 = host.find(':') != host.npos;
	return fmt::format(fmt::runtime(is_v6 ? "{}[{}]:{}" : "{}{}:{}"), kTcp, host, service);
}

Result<UniqueFd> connect_socket(const SocketAddress &address)
{
	UniqueFd fd = TRY(address.path.empty() ? call_tcp(address, ::connect, 0)
					       : call_unix(address.path, ::connect));

	TRY(sys::fcntl(fd.get(), F_SETFL, O_NONBLOCK, address.text()));
	return fd;
}

Listener::Listener(UniqueFd fd, SocketAddress address)
	: fd_(std::move(fd)), address_(std::move(address))
{}

Listener::~Listener()
{
	if (fd_ && !address_.path.empty())
		unlink(address_.path.c_str());
}

Result<Listener> Listener::create(const SocketAddress &address)
{
	if (!address.path.empty() && is_stale(address.path))
		unlink(address.path.c_str());
	UniqueFd fd = TRY(address.path.empty() ? call_tcp(address, ::bind, AI_PASSIVE)
					       : call_unix(address.path, ::bind));

	Listener listener(std::move(fd), address);
	if (::listen(listener.fd(), 1) < 0)
		return Error{errno, "listen at " + address.text()};
	TRY(sys::fcntl(listener.fd(), F_SETFL, O_NONBLOCK, address.text()));
	return listener;
}

Result<UniqueFd> Listener::accept() const
{
	UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));

	if (!fd)
		return Error{errno, "accept at " + address_.text()};
	return fd;
}

} // namespace gatehouse
