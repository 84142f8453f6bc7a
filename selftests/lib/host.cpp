// SPDX-License-Identifier: GPL-2.0-or-later

#include "host.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <termios.h>

#include <array>
#include <cstdlib>
#include <mutex>

#include "syscall.hpp"
#include "test.hpp"
#include "unique_fd.hpp"

namespace gatehouse::test::host {

namespace {

// One request at a time: this lock among threads, flock among processes.
std::mutex line_lock;

int line_fd()
{
	static const UniqueFd fd = [] {
		const char *path = getenv("GATEHOUSE_HOST");
		if (!path)
			fail("GATEHOUSE_HOST is not set: run this by selftests/run");
		UniqueFd tty = ASSERT_OK(sys::open(path, O_RDWR | O_NOCTTY));
		struct termios raw = {};
		ASSERT_CALL(tcgetattr(tty.get(), &raw));
		cfmakeraw(&raw);
		ASSERT_CALL(tcsetattr(tty.get(), TCSANOW, &raw));
		return tty;
	}();
	return fd.get();
}

std::string read_line()
{
	std::array<char, 4096> buffer;
	std::string line;
	do {
		const size_t n = ASSERT_OK(sys::read(line_fd(), buffer, "the host's line"));
		line.append(buffer.data(), n);
	} while (line.back() != '\n');
	return line;
}

void write_line(std::string line)
{
	line += '\n';
	for (std::string_view rest = line; !rest.empty();)
		rest.remove_prefix(ASSERT_OK(sys::write(line_fd(), rest, "the host's line")));
}

constexpr std::string_view kDigits =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view data)
{
	std::string text;
	for (size_t i = 0; i < data.size(); i += 3) {
		const size_t n = std::min<size_t>(3, data.size() - i);
		uint32_t bits = 0;
		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (j < n ? static_cast<uint8_t>(data[i + j]) : 0);
		for (size_t j = 0; j < 4; j++)
			text += j <= n ? kDigits[bits >> (18 - 6 * j) & 63] : '=';
	}
	return text;
}

std::string from_base64(std::string_view text)
{
	std::string data;
	uint32_t bits = 0;
	int count = 0;
	for (const char c : text) {
		const size_t digit = kDigits.find(c);
		if (digit == std::string_view::npos)
			break; // padding
		bits = bits << 6 | digit;
		count += 6;
		if (count >= 8) {
			count -= 8;
			data += static_cast<char>(bits >> count & 0xff);
		}
	}
	return data;
}

} // namespace

Result<json> attempt(std::string_view name, json arguments)
{
	static int tag = getpid() * 1000;
	const std::lock_guard guard(line_lock);
	ASSERT_CALL(flock(line_fd(), LOCK_EX));

	arguments["call"] = name;
	arguments["tag"] = ++tag;
	write_line(arguments.dump());
	json reply;
	do // a reply to somebody who was killed may come first
		reply = json::parse(read_line(), nullptr, false);
	while (!reply.is_object() || reply.value("tag", 0) != tag);
	flock(line_fd(), LOCK_UN);

	if (!reply.value("ok", false))
		return Error{0,
			     fmt::format("host: {}: {}", name, reply.value("error", "no reason"))};
	return reply;
}

json call(std::string_view name, json arguments)
{
	Result<json> reply = attempt(name, std::move(arguments));
	if (!reply.ok())
		fail(reply.error().message());
	return reply.take();
}

void connect(std::string_view port)
{
	call("connect", {{"port", port}});
}

void disconnect(std::string_view port)
{
	call("disconnect", {{"port", port}});
}

void flap(const std::vector<std::string> &ports, int rounds)
{
	call("flap", {{"ports", ports}, {"rounds", rounds}});
}

void pause(std::string_view port)
{
	call("pause", {{"port", port}});
}

void resume(std::string_view port)
{
	call("resume", {{"port", port}});
}

void echo(std::string_view port)
{
	call("echo", {{"port", port}, {"on", true}});
}

void send(std::string_view port, std::string_view data)
{
	call("send", {{"port", port}, {"data", base64(data)}});
}

std::string recv(std::string_view port, size_t length)
{
	return from_base64(call("recv", {{"port", port}, {"length", length}}).value("data", ""));
}

size_t received(std::string_view port)
{
	return call("received", {{"port", port}}).value("length", size_t{0});
}

void skip(std::string_view port, uint8_t last)
{
	call("skip", {{"port", port}, {"byte", last}});
}

std::string exchange(std::string_view port, std::string_view line)
{
	return call("exchange", {{"port", port}, {"line", line}}).value("line", "");
}

void send_pattern(std::string_view port, uint64_t seed, size_t length)
{
	call("send_pattern", {{"port", port}, {"seed", seed}, {"length", length}});
}

void recv_pattern(std::string_view port, uint64_t seed, size_t length)
{
	call("recv_pattern", {{"port", port}, {"seed", seed}, {"length", length}});
}

void start_send_pattern(std::string_view port, uint64_t seed, size_t length, size_t chunk)
{
	call("send_pattern", {{"port", port},
			      {"seed", seed},
			      {"length", length},
			      {"chunk", chunk},
			      {"background", true}});
}

void start_recv_pattern(std::string_view port, uint64_t seed, size_t length)
{
	call("recv_pattern",
	     {{"port", port}, {"seed", seed}, {"length", length}, {"background", true}});
}

void join(std::string_view port)
{
	call("join", {{"port", port}});
}

void plug(std::string_view port, const PlugOptions &options)
{
	json arguments = {{"port", port}, {"bus", options.bus}};
	if (options.nr)
		arguments["nr"] = *options.nr;
	call("plug", std::move(arguments));
}

void unplug(std::string_view port)
{
	call("unplug", {{"port", port}});
}

void plug_device(std::string_view id, const std::vector<std::string> &ports)
{
	call("plug_device", {{"id", id}, {"ports", ports}});
}

void unplug_device(std::string_view id)
{
	call("unplug_device", {{"id", id}});
}

json qmp(std::string_view execute, json arguments)
{
	return call("qmp", {{"execute", execute}, {"arguments", std::move(arguments)}})["return"];
}

void settle()
{
	for (int round = 0; round < 3; round++)
		qmp("query-status");
}

} // namespace gatehouse::test::host
