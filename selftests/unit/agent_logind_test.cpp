// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the agent asks of logind. A machine of the bench has no systemd, so the
// test is the bus and logind at once, at a socket.

#include <poll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "handlers.hpp"
#include "socket.hpp"
#include "unit.hpp"

using namespace gatehouse;

// One client's worth of a bus: knows what each method is to answer, and notes the
// calls. Its thread ends when the client goes.
class Logind
{
public:
	Logind(int clients, std::string can)
		: listener_(unit::expect_ok(Listener::create({folder_.path() + "/bus", "", ""}))),
		  can_(std::move(can))
	{
		const std::string address = "unix:path=" + folder_.path() + "/bus";

		setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1);
		thread_ = std::thread([this, clients] {
			for (int i = 0; i < clients; i++)
				serve_one();
		});
	}

	Logind(const Logind &) = delete;

	// All calls, in their order.
	std::string calls()
	{
		thread_.join();
		return calls_;
	}

private:
	void serve_one()
	{
		pollfd waiting = {listener_.fd(), POLLIN, 0};
		sd_bus *bus = nullptr;
		sd_id128_t id = {};

		sd_id128_randomize(&id);
		poll(&waiting, 1, -1);
		auto client = listener_.accept();
		const int fd = client.ok() ? dup(client.value().get()) : -1;
		sd_bus_new(&bus);
		sd_bus_set_fd(bus, fd, fd);
		sd_bus_set_server(bus, 1, id);
		sd_bus_add_filter(bus, nullptr, answer, this);
		if (sd_bus_start(bus) >= 0)
			while (sd_bus_process(bus, nullptr) >= 0)
				if (sd_bus_wait(bus, UINT64_MAX) < 0)
					break;
		sd_bus_unref(bus);
	}

	static int answer(sd_bus_message *call, void *data, sd_bus_error *)
	{
		auto *self = static_cast<Logind *>(data);
		const char *method = sd_bus_message_get_member(call);

		if (sd_bus_message_is_method_call(call, "org.freedesktop.DBus", "Hello"))
			return sd_bus_reply_method_return(call, "s", ":1.1");
		if (!sd_bus_message_is_method_call(call, "org.freedesktop.login1.Manager", nullptr))
			return 0;
		self->calls_ += method;
		if (sd_bus_message_has_signature(call, "b")) {
			int interactive = 1;
			sd_bus_message_read(call, "b", &interactive);
			self->calls_ += interactive ? "(true)" : "(false)";
		}
		self->calls_ += ' ';
		if (strncmp(method, "Can", 3) == 0)
			return sd_bus_reply_method_return(call, "s", self->can_.c_str());
		if (self->can_ == "refuse")
			return sd_bus_reply_method_errorf(
				call, "org.freedesktop.DBus.Error.AccessDenied", "not you");
		return sd_bus_reply_method_return(call, "");
	}

	unit::Folder folder_;
	Listener listener_;
	std::string can_, calls_; // the thread's, until it is joined
	std::thread thread_;
};

using Handler = Result<agent::Json> (*)(agent::Agent &, const agent::Json &);

// "" or the error.
static std::string call(Handler handler)
{
	const agent::Options options;
	agent::Log log = unit::expect_ok(agent::Log::open("/dev/null", agent::Detail::Normal));
	EventLoop loop = unit::expect_ok(EventLoop::create());
	agent::Freezer freezer(loop, log);
	agent::Agent agent(options, log, freezer, "/nowhere");
	const auto result = handler(agent, agent::Json::object());

	return result.ok() ? "" : result.error().message();
}

static void sessions_are_locked(void **)
{
	Logind logind(1, "");

	assert_string_equal(call(agent::lock_sessions).c_str(), "");
	assert_string_equal(logind.calls().c_str(), "LockSessions ");
}

static void a_refusal_is_told(void **)
{
	Logind logind(1, "refuse");

	assert_string_equal(call(agent::lock_sessions).c_str(), "logind, LockSessions: not you");
	assert_string_equal(logind.calls().c_str(), "LockSessions ");
}

static void sleep_is_asked_for_without_questions(void **)
{
	Logind logind(6, "yes");

	for (const auto suspend : {agent::suspend_ram, agent::suspend_disk, agent::suspend_hybrid})
		assert_string_equal(call(suspend).c_str(), "");
	assert_string_equal(logind.calls().c_str(),
			    "CanSuspend Suspend(false) CanHibernate Hibernate(false) "
			    "CanHybridSleep HybridSleep(false) ");
}

static void what_logind_can_not_is_not_tried(void **)
{
	Logind logind(1, "na");

	assert_string_equal(call(agent::suspend_ram).c_str(), "this guest can't suspend to memory");
	assert_string_equal(logind.calls().c_str(), "CanSuspend ");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(sessions_are_locked),
	cmocka_unit_test(a_refusal_is_told),
	cmocka_unit_test(sleep_is_asked_for_without_questions),
	cmocka_unit_test(what_logind_can_not_is_not_tried),
};

UNIT_MAIN(kTests)
