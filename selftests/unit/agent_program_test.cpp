// SPDX-License-Identifier: GPL-2.0-or-later
//
// gatehouse-agent as a program: its options, its socket, its end. Ports need a
// driver and are tested in machines.

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
#include <string>

#include "command.hpp"
#include "file.hpp"
#include "socket.hpp"
#include "syscall.hpp"
#include "unit.hpp"

using namespace gatehouse;

using unit::Run;

static Run run(const std::string &arguments)
{
	return unit::run(AGENT " " + arguments);
}

// Each mistake, its exit status, and the one line that names it.
static void a_mistake_is_named(void **)
{
	static const struct {
		const char *arguments;
		int status;
		const char *message;
	} kCases[] = {
		{"-p /nowhere/port", 1, "open '/nowhere/port': No such file or directory"},
		{"--method=virtio-serial --path /", 1, "open '/': Is a directory"},
		{"-m unix-listen -p /nowhere/socket", 1,
		 "unix:/nowhere/socket: No such file or directory"},
		{"-d -p /nowhere/port", 1, "open '/nowhere/port': No such file or directory"},
		{"-m smoke", 2, "--method: 'smoke' is neither virtio-serial nor unix-listen"},
		{"-m unix-listen", 2, "--path: unix-listen wants the path of its socket"},
		{"-a guest-exec", 2, "--allow-rpcs: there is no command 'guest-exec'"},
		{"--pth x", 2, "unknown option '--pth'; did you mean '--path'?"},
		{"word", 2, "one argument too many: 'word'"},
		{"-p", 2, "--path: 1 required PATH missing"},
	};

	for (const auto &row : kCases) {
		const Run ran = run(row.arguments);
		const std::string wanted = std::string("gatehouse-agent: ") + row.message + "\n";
		assert_string_equal(ran.output.c_str(), wanted.c_str());
		assert_int_equal(ran.status, row.status);
	}
}

static void help_and_version_are_told(void **)
{
	const Run help = run("--help"), version = run("-V");

	assert_int_equal(help.status, 0);
	assert_non_null(strstr(help.output.c_str(), "--path PATH"));
	assert_int_equal(version.status, 0);
	assert_true(version.output.starts_with("gatehouse-agent "));
}

// The agent at a socket, until the object goes.
class Served
{
public:
	explicit Served(const std::vector<std::string> &more = {})
		: address_{folder_.path() + "/socket", "", ""}
	{
		std::vector<std::string> words = {AGENT,	 "-m", "unix-listen",	       "-p",
						  address_.path, "-l", folder_.path() + "/log"};

		words.insert(words.end(), more.begin(), more.end());
		child_ = unit::expect_ok(sys::spawn(words));
		while (!connect_socket(address_).ok())
			assert_false(has_ended(10));
	}

	Served(const Served &) = delete;

	~Served()
	{
		kill(child_.pid, SIGKILL);
		waitpid(child_.pid, nullptr, 0);
	}

	UniqueFd connect() const { return unit::expect_ok(connect_socket(address_)); }
	const std::string &path() const { return address_.path; }
	pid_t pid() const { return child_.pid; }

	bool has_ended(int milliseconds) const
	{
		return unit::expect_ok(sys::poll(child_.fd.get(), POLLIN, milliseconds, AGENT));
	}

private:
	unit::Folder folder_;
	SocketAddress address_;
	sys::Child child_;
};

static std::string ask(const UniqueFd &client, const std::string &line)
{
	std::array<char, 65536> buffer;
	std::string reply;

	unit::expect_ok(sys::write(client.get(), line + "\n", "agent"));
	while (!reply.ends_with('\n')) {
		assert_int_equal(unit::expect_ok(sys::poll(client.get(), POLLIN, 10000, "agent")),
				 POLLIN);
		const size_t n = unit::expect_ok(sys::read(client.get(), buffer, "agent"));
		assert_true(n > 0);
		reply.append(buffer.data(), n);
	}
	return reply;
}

static const std::string kPing = "{\"execute\": \"guest-ping\"}", kPong = "{\"return\": {}}\n";

static void clients_come_one_after_the_other(void **)
{
	const Served served;
	UniqueFd first = served.connect();
	const UniqueFd second = served.connect();

	assert_true(ask(first, kPing) == kPong);
	unit::expect_ok(sys::write(first.get(), "{\"exec", "agent"));
	first.reset();
	assert_true(ask(second, kPing) == kPong);
}

// The most that it ever had, in KiB.
static long peak_of(pid_t pid)
{
	const std::string status =
		unit::expect_ok(read_file("/proc/" + std::to_string(pid) + "/status"));

	return atol(find_key(status, "VmHWM").value_or("").c_str());
}

static void a_line_of_16_mib_costs_no_memory(void **)
{
	const std::string start = "{\"execute\":\"", piece(1 << 20, 'a');
	const Served served;
	const UniqueFd client = served.connect();

	assert_true(ask(client, kPing) == kPong);
	const long before = peak_of(served.pid());
	unit::expect_ok(write_all(client.get(), start, "agent"));
	for (int i = 0; i < 16; i++)
		unit::expect_ok(write_all(client.get(), piece, "agent"));
	assert_true(ask(client, "").starts_with("{\"error\""));
	assert_true(ask(client, kPing) == kPong);
	assert_true(peak_of(served.pid()) < before + (8 << 10));
}

static void sigterm_ends_it_and_its_socket(void **)
{
	const Served served;
	const UniqueFd client = served.connect();
	int status = 0;

	assert_true(ask(client, kPing) == kPong);
	kill(served.pid(), SIGTERM);
	assert_true(served.has_ended(5000));
	assert_int_equal(waitpid(served.pid(), &status, 0), served.pid());
	assert_int_equal(status, 0);
	assert_true(sys::stat(served.path()).failed_with(ENOENT));
}

static void lists_choose_commands(void **)
{
	const std::string disabled = "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": "
				     "\"Command guest-ping has been disabled\"}}\n";
	{
		const Served served({"-b", "guest-exec,guest-ping"});
		assert_true(ask(served.connect(), kPing) == disabled);
	}
	const Served served({"-a", "guest-sync,guest-get-host-name"});
	assert_true(ask(served.connect(), kPing) == disabled);
	assert_true(ask(served.connect(), "{'execute':'guest-sync','arguments':{'id':1}}") ==
		    "{\"return\": 1}\n");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(a_mistake_is_named),
	cmocka_unit_test(help_and_version_are_told),
	cmocka_unit_test(clients_come_one_after_the_other),
	cmocka_unit_test(a_line_of_16_mib_costs_no_memory),
	cmocka_unit_test(sigterm_ends_it_and_its_socket),
	cmocka_unit_test(lists_choose_commands),
};

UNIT_MAIN(kTests)
