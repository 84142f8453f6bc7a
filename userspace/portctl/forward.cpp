// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl forward: a port to and from something else in the guest.
//
// A session is one connection of the target. One that we make lives no longer
// than a connection of the host, and a host gets one at most: when the target
// ends first, what the host sends until it leaves goes nowhere, for no later
// target could know where a message begins. A client of --listen is served when
// the one before has gone; the host may stay for several. A pty and a file are
// there for good.

#include "forward.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "output.hpp"
#include "pty.hpp"
#include "relay.hpp"
#include "socket.hpp"
#include "syscall.hpp"
#include "verbs.hpp"

namespace portctl {

using namespace gatehouse;

namespace {

constexpr std::string_view kFile = "file:", kPty = "pty", kLink = "pty:";

// The path after a prefix, when that is what the target is.
std::optional<std::string> path_after(std::string_view prefix, const std::string &target)
{
	if (!target.starts_with(prefix) || target.size() == prefix.size())
		return std::nullopt;
	return target.substr(prefix.size());
}

// The host has sent all that it will: say so, and let the peer read it. What it
// sent us meanwhile is read, or the system would take the connection back.
void finish(const UniqueFd &connection)
{
	std::array<char, 4096> nowhere;

	shutdown(connection.get(), SHUT_WR);
	for (;;) {
		const auto got = sys::read(connection.get(), nowhere, "");
		if (!got.ok() || !got.value())
			return;
	}
}

// Until the host of this generation has left; what it sends goes nowhere.
Result<void> sit_out(PortStream &port, const std::optional<Connection> &connection)
{
	std::vector<char> nowhere(64 * 1024);

	for (;;) {
		const auto now = TRY(port.connection());
		if (now && connection && now->generation != connection->generation)
			return {};
		auto got = port.read(nowhere);
		if (got.failed_with(EAGAIN))
			TRY(port.wait(std::nullopt));
		else if (!TRY(std::move(got)))
			return {};
	}
}

Result<Relay::End> carry(PortStream &port, const UniqueFd &connection, const std::string &label,
			 const std::optional<Connection> &host)
{
	Relay relay(port, {connection.get(), label, true, false}, host);
	const Relay::End end = TRY(relay.run());

	if (end == Relay::End::Host)
		finish(connection);
	return end;
}

// Waits for a host that is not the last; it may have left already. With the
// stock driver, which has no numbers for them, for one that is there.
Result<std::optional<Connection>> next_host(PortStream &port, const std::optional<Connection> &last)
{
	for (;;) {
		const auto now = TRY(port.connection());
		if (now ? now->generation != last->generation : TRY(port.host_connected()))
			return now;
		TRY(port.wait(std::nullopt));
	}
}

// A connection to the target for each of the host's.
Result<void> forward_connect(PortStream &port, const SocketAddress &address, Sessions sessions)
{
	auto host = TRY(port.connection());

	// One that is there already is the first.
	if (host && host->connected)
		host->generation--;
	for (;;) {
		host = TRY(next_host(port, host));
		auto connection = connect_socket(address);
		auto end = Relay::End::Target;

		if (connection.ok())
			end = TRY(carry(port, connection.value(), address.text(), host));
		else if (sessions == Sessions::One)
			return connection.error();
		else
			fmt::print(stderr, "portctl: {}\n", connection.error().message());
		if (sessions == Sessions::One)
			return {};
		connection = UniqueFd();
		if (end == Relay::End::Target)
			TRY(sit_out(port, host));
	}
}

// A client at a time.
Result<void> forward_listen(PortStream &port, const SocketAddress &address, Sessions sessions)
{
	const Listener listener = TRY(Listener::create(address));
	const auto wakes = TRY(port.loop().watch(listener.fd(), EPOLLIN | EPOLLET,
						 [](uint32_t) { return Result<void>(); }));

	for (;;) {
		auto client = listener.accept();
		if (client.failed_with(EAGAIN) || client.failed_with(ECONNABORTED)) {
			TRY(port.wait(std::nullopt));
			continue;
		}
		const UniqueFd connection = TRY(std::move(client));
		TRY(carry(port, connection, address.text(), std::nullopt));
		if (sessions == Sessions::One)
			return {};
	}
}

Result<void> forward_pty(PortStream &port, std::string link, Sessions sessions)
{
	const Pty pty = TRY(Pty::create(std::move(link)));

	TRY(output::text(pty.path() + "\n"));
	Relay relay(port, {pty.fd(), pty.path(), true, sessions == Sessions::Many}, std::nullopt);
	TRY(relay.run());
	return {};
}

Result<void> forward_file(PortStream &port, const std::string &path, Sessions sessions)
{
	const UniqueFd file = TRY(sys::create(path, O_WRONLY | O_APPEND | O_NONBLOCK, 0666));
	Relay relay(port, {file.get(), path, false, sessions == Sessions::Many}, std::nullopt);

	TRY(relay.run());
	return {};
}

Result<void> forward_to(PortStream &port, const std::string &target, const cli::Args &args)
{
	const Sessions sessions = args.flag("--once") ? Sessions::One : Sessions::Many;

	if (const auto path = path_after(kFile, target))
		return forward_file(port, *path, sessions);
	if (target == kPty)
		return forward_pty(port, "", sessions);
	if (const auto link = path_after(kLink, target))
		return forward_pty(port, *link, sessions);
	const SocketAddress address = TRY(SocketAddress::parse(target));
	return args.flag("--listen") ? forward_listen(port, address, sessions)
				     : forward_connect(port, address, sessions);
}

// What is wrong with the words of the call; "" when nothing is.
std::string mistake(const cli::Args &args)
{
	const auto words = args.words();
	const bool kmsg = args.flag("--kmsg");

	if (kmsg && words.size() > 1)
		return "forward: --kmsg takes the place of a target";
	if (!kmsg && words.size() < 2)
		return "forward: say where to: unix:PATH, tcp:HOST:PORT, file:PATH, pty or --kmsg";
	if (kmsg || words[1] == kPty || path_after(kLink, words[1]) || path_after(kFile, words[1]))
		return args.flag("--listen") ? "forward: --listen is for unix: and tcp:" : "";
	const auto address = SocketAddress::parse(words[1]);
	return address.ok() ? ""
			    : fmt::format("forward: no target '{}': unix:PATH, tcp:HOST:PORT, "
					  "file:PATH, pty or pty:LINK",
					  words[1]);
}

} // namespace

Result<void> forward(const cli::Args &args)
{
	if (const std::string why = mistake(args); !why.empty())
		return cli::usage_error(why);
	const bool kmsg = args.flag("--kmsg");
	int ended_by = 0;
	auto run = [&]() -> Result<void> {
		PortStream port = TRY(PortStream::open(args.words()[0], O_RDWR));
		const std::array signals = {SIGINT, SIGTERM, SIGHUP};
		const auto stops = TRY(port.loop().signals(
			signals, [&](const signalfd_siginfo &info) -> Result<void> {
				ended_by = static_cast<int>(info.ssi_signo);
				return Error{EINTR, "forward"};
			}));

		signal(SIGPIPE, SIG_IGN);
		if (kmsg)
			return forward_kmsg(port,
					    args.flag("--once") ? Sessions::One : Sessions::Many);
		return forward_to(port, args.words()[1], args);
	};
	Result<void> result = run();
	// Links and sockets are gone: now as if it had not been caught.
	if (ended_by)
		sys::die_by(ended_by);
	return result;
}

} // namespace portctl
