// SPDX-License-Identifier: GPL-2.0-or-later
//
// The agent's session with a host, over a pair of sockets: the bytes on the
// wire. What commands do is tested in machines.

#include "session.hpp"

#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>

#include "../agent/exchange.hpp"
#include "options.hpp"
#include "syscall.hpp"
#include "unit.hpp"

using namespace gatehouse;
using agent::Session;

// An agent with one host, who is the test.
class Host
{
public:
	Host() : log_(unit::expect_ok(agent::Log::open("/dev/null", agent::Detail::Normal)))
	{
		int ends[2];

		signal(SIGPIPE, SIG_IGN);	       // as the agent does
		options_.blocked = {"guest-get-time"}; // as in the exchange
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
		host_ = UniqueFd(ends[0]);
		guest_ = UniqueFd(ends[1]);
		session_ = std::make_unique<Session>(agent_, guest_.get(), "host");
	}

	Host(const Host &) = delete;

	// What the socket takes of it; the agent does what it can at once.
	size_t send(std::string_view text)
	{
		const auto sent = sys::write(host_.get(), text, "agent");

		run();
		return sent.ok() ? sent.value() : 0;
	}

	std::string receive()
	{
		std::string text(1 << 20, '\0');
		const auto got = sys::read(host_.get(), text, "agent");

		text.resize(got.ok() ? got.value() : 0);
		run();
		return text;
	}

	std::string receive_all()
	{
		std::string all;

		for (std::string got = receive(); !got.empty(); got = receive())
			all += got;
		return all;
	}

	void leave() { host_.reset(); }

	Session::Step run()
	{
		Session::Step step;

		do
			step = unit::expect_ok(session_->step());
		while (step == Session::Step::Moved);
		return step;
	}

	Session &session() { return *session_; }

private:
	agent::Options options_;
	agent::Log log_;
	EventLoop loop_ = unit::expect_ok(EventLoop::create());
	agent::Freezer freezer_{loop_, log_};
	agent::Agent agent_{options_, log_, freezer_};
	UniqueFd host_, guest_;
	std::unique_ptr<Session> session_;
};

static void assert_text(const std::string &text, const std::string &wanted, size_t line)
{
	if (text != wanted)
		fail_msg("exchange.txt:%zu: answers %s and not %s", line, text.c_str(),
			 wanted.c_str());
}

static void the_recorded_exchange_is_ours(void **)
{
	const auto turns = exchange::read(GATEHOUSE_EXCHANGE);
	Host host;

	assert_true(turns.size() > 100);
	for (const auto &turn : turns) {
		host.send(turn.request);
		assert_text(host.receive(), turn.reply, turn.line);
	}
}

static void bytes_may_come_one_by_one(void **)
{
	Host host;

	for (const auto &turn : exchange::read(GATEHOUSE_EXCHANGE)) {
		for (const char byte : turn.request)
			host.send({&byte, 1});
		assert_text(host.receive(), turn.reply, turn.line);
	}
}

static void what_is_left_out_is_not_there(void **)
{
	Host host;

	host.send("{'execute':'guest-info'}");
	const std::string info = host.receive();
	for (const std::string name : {"guest-exec", "guest-file-open", "guest-set-user-password",
				       "guest-ssh-add-authorized-keys", "guest-set-vcpus"}) {
		assert_null(strstr(info.c_str(), name.c_str()));
		host.send("{'execute':'" + name + "'}");
		assert_non_null(strstr(host.receive().c_str(), "CommandNotFound"));
	}
	assert_non_null(strstr(
		info.c_str(),
		R"({"enabled": false, "name": "guest-get-time", "success-response": true})"));
}

static void a_host_that_does_not_read_gets_all_of_it_later(void **)
{
	constexpr size_t kPings = 20000;
	const std::string ping = "{'execute':'guest-ping'}\n";
	std::string requests;
	size_t sent = 0, replies = 0;
	Host host;

	for (size_t i = 0; i < kPings; i++)
		requests += ping;
	// As much as it takes of a host that does not read.
	while (const size_t n = host.send(std::string_view(requests).substr(sent)))
		sent += n;
	assert_true(sent < requests.size());
	// And all, of one that does.
	for (std::string got = "x"; sent < requests.size() || !got.empty();) {
		got = host.receive();
		replies += static_cast<size_t>(std::ranges::count(got, '\n'));
		sent += host.send(std::string_view(requests).substr(sent));
	}
	assert_int_equal(replies, kPings);
}

static void a_host_may_leave_without_reading(void **)
{
	std::string many;
	Host host;

	for (int i = 0; i < 1000; i++)
		many += "{'execute':'guest-info'}\n";
	for (size_t sent = 0; const size_t n = host.send(std::string_view(many).substr(sent));)
		sent += n;
	assert_true(host.run() == Session::Step::Idle);
	host.leave();
	assert_true(host.run() == Session::Step::Ended);
}

static void garbage_never_stands_in_the_way(void **)
{
	std::string garbage;
	Host host;

	while (garbage.size() < 1 << 20)
		garbage += "\1[]{}{'id':1}garbage ";
	for (size_t sent = 0; sent < 16 * garbage.size();) {
		const size_t n = host.send(garbage);
		assert_true(n > 0);
		sent += n;
	}
	assert_true(host.send("\xff{'execute':'guest-sync-delimited','arguments':{'id':1}}") > 0);
	assert_true(host.receive_all().ends_with("\xff{\"return\": 1}\n"));
}

static void a_long_line_is_one_error(void **)
{
	for (const char *start : {"{'execute':'", "{'execute':", "[", ""}) {
		const std::string piece(1 << 16, 'a');
		Host host;

		host.send(start);
		for (int i = 0; i < 256; i++)
			assert_int_equal(host.send(piece), piece.size());
		host.send("\n{'execute':'guest-ping'}\n");
		assert_string_equal(host.receive().c_str(),
				    "{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON "
				    "token size limit exceeded\"}}\n{\"return\": {}}\n");
	}
}

static void limits_are_told(void **)
{
	std::string many = "[";
	Host host;

	host.send(std::string(1025, '['));
	assert_non_null(strstr(host.receive().c_str(), "JSON nesting depth limit exceeded"));
	for (int i = 0; i < 1 << 16; i++)
		many += "1,";
	for (size_t sent = 0; sent < many.size();)
		sent += host.send(std::string_view(many).substr(sent));
	assert_non_null(strstr(host.receive_all().c_str(), "JSON token count limit exceeded"));
	host.send("\xff{'execute':'guest-ping'}");
	assert_true(host.receive_all().ends_with("{\"return\": {}}\n"));
}

static void the_next_host_starts_afresh(void **)
{
	Host host;

	host.send("{'execute':'guest-");
	host.session().reset();
	host.send("{'execute':'guest-ping'}");
	assert_string_equal(host.receive().c_str(), "{\"return\": {}}\n");
	host.leave();
	assert_true(host.run() == Session::Step::Ended);
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(the_recorded_exchange_is_ours),
	cmocka_unit_test(bytes_may_come_one_by_one),
	cmocka_unit_test(what_is_left_out_is_not_there),
	cmocka_unit_test(a_host_that_does_not_read_gets_all_of_it_later),
	cmocka_unit_test(a_host_may_leave_without_reading),
	cmocka_unit_test(garbage_never_stands_in_the_way),
	cmocka_unit_test(a_long_line_is_one_error),
	cmocka_unit_test(limits_are_told),
	cmocka_unit_test(the_next_host_starts_afresh),
};

UNIT_MAIN(kTests)
