// SPDX-License-Identifier: GPL-2.0-or-later
//
// portctl run as a user does, on a machine that is a folder: what it prints,
// what it writes to sysfs, how it ends. Streams and events need a driver and
// are tested in virtual machines.

#include <string>

#include "command.hpp"
#include "file.hpp"
#include "machine.hpp"
#include "output.hpp"

using namespace gatehouse;

using unit::Run;

static Run portctl(const unit::Machine &machine, const std::string &arguments)
{
	return unit::run("PORTCTL_ROOT=" + machine.root() + " " PORTCTL " " + arguments);
}

static void assert_run(const Run &run, int status, const std::string &output)
{
	assert_string_equal(run.output.c_str(), output.c_str());
	assert_int_equal(run.status, status);
}

static std::string written(const unit::Machine &machine, const std::string &driver,
			   const std::string &file)
{
	return unit::expect_ok(
		read_file(machine.root() + "/sys/bus/virtio/drivers/" + driver + "/" + file));
}

// A stock device with one port, and our driver loaded beside it.
static void make_stock(const unit::Machine &machine)
{
	machine.add_driver("virtio_console");
	machine.add_driver("virtio_serial");
	machine.add_device("virtio3", "virtio_console");
	machine.add_port("virtio3", "vport3p1", "org.test.0", "");
}

static void list_shows_one_port_a_line(void **)
{
	const unit::Machine machine;
	const std::string dev = machine.root() + "/dev/";

	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p1", "a", "1");
	machine.add_port("virtio0", "vport0p2", "", "0");
	machine.hold("9", "qemu-ga", "vport0p1");

	const std::string pad(dev.size() + 4, ' ');
	assert_run(portctl(machine, ""), 0,
		   "NAME  NODE" + pad + "  DRIVER         HOST  HOLDER\n" + "a     " + dev +
			   "vport0p1  virtio_serial  yes   qemu-ga(9)\n" + "-     " + dev +
			   "vport0p2  virtio_serial  no    -\n");
}

static void json_has_the_same_and_null_for_unknown(void **)
{
	const unit::Machine machine;

	make_stock(machine);
	const Run run = portctl(machine, "--json");
	assert_int_equal(run.status, 0);
	const auto json = output::Json::parse(run.output, nullptr, false);
	assert_int_equal(json.size(), 1);
	assert_true(json[0]["name"] == "org.test.0");
	assert_true(json[0]["driver"] == "virtio_console");
	assert_true(json[0]["host_connected"].is_null());
	assert_true(json[0]["holder"].is_null());
}

static void a_console_is_shown_by_its_tty(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p0", "", "1");
	machine.folder().write("sys/devices/virtio0/virtio-ports/vport0p0/console", "hvc0\n");
	machine.folder().write("dev/hvc0", "");
	machine.hold("9", "agetty", "hvc0");

	const Run run = portctl(machine, "--json");
	const auto json = output::Json::parse(run.output, nullptr, false);
	assert_true(json[0]["console"] == true);
	assert_true(json[0]["tty"] == machine.root() + "/dev/hvc0");
	assert_true(json[0]["node"] == machine.root() + "/dev/vport0p0");
	assert_true(json[0]["holder"]["comm"] == "agetty");
	const std::string dev = machine.root() + "/dev/";
	assert_run(portctl(machine, "list"), 0,
		   "NAME  NODE" + std::string(dev.size(), ' ') +
			   "  DRIVER         HOST  HOLDER\n-     " + dev +
			   "hvc0  virtio_serial  yes   agetty(9)\n");
}

static void an_empty_list_says_why(void **)
{
	const unit::Machine machine;

	assert_run(portctl(machine, "list --json"), 0,
		   "portctl: no virtio-serial device in this machine (with QEMU: -device "
		   "virtio-serial)\n[]\n");
}

// As our driver's file in debugfs begins and ends.
static void make_facts(const unit::Machine &machine)
{
	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p1", "a", "1");
	machine.hold("9", "qemu-ga", "vport0p1");
	machine.folder().write("sys/kernel/debug/virtio-ports/vport0p1",
			       "name: a\nguest_connected: 1\nhost_connected: 1\n"
			       "bytes_sent: 5000000000\nis_console: no\n");
}

static void info_shows_what_is_known_a_line_each(void **)
{
	const unit::Machine machine;

	make_facts(machine);
	assert_run(portctl(machine, "info a"), 0,
		   "name: a\nid: vport0p1\nnode: " + machine.root() +
			   "/dev/vport0p1\ndevice: virtio0\ndriver: virtio_serial\n"
			   "host_connected: yes\nholder: qemu-ga(9)\nguest_connected: 1\n"
			   "bytes_sent: 5000000000\nis_console: no\n");
}

static void info_as_json_has_numbers_as_numbers(void **)
{
	const unit::Machine machine;

	make_facts(machine);
	const Run run = portctl(machine, "info --json vport0p1");
	assert_int_equal(run.status, 0);
	const auto json = output::Json::parse(run.output, nullptr, false);
	assert_true(json["name"] == "a");
	assert_true(json["host_connected"] == true);
	assert_true(json["holder"]["pid"] == 9);
	assert_true(json["bytes_sent"] == 5000000000);
	assert_true(json["is_console"] == "no");
}

// Without root, or from the stock driver without debugfs.
static void info_without_debugfs_shows_the_rest(void **)
{
	const unit::Machine machine;

	make_stock(machine);
	assert_run(portctl(machine, "info org.test.0"), 0,
		   "name: org.test.0\nid: vport3p1\nnode: " + machine.root() +
			   "/dev/vport3p1\ndevice: virtio3\ndriver: virtio_console\n"
			   "host_connected: -\nholder: -\n");
	assert_run(portctl(machine, "info org.test.1"), 1,
		   "portctl: no port is named 'org.test.1'; did you mean 'org.test.0'?\n");
}

static void wait_returns_at_once_for_what_is_there(void **)
{
	const unit::Machine machine;

	make_facts(machine);
	assert_run(portctl(machine, "wait a"), 0, "");
	assert_run(portctl(machine, "wait --connected a"), 0, "");
}

static void wait_says_what_did_not_come(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p1", "a", "0");
	assert_run(portctl(machine, "wait --timeout 0 b"), 1,
		   "portctl: wait for port 'b': Connection timed out\n");
	assert_run(portctl(machine, "wait --timeout 0.01 b"), 1,
		   "portctl: wait for port 'b': Connection timed out\n");
	assert_run(portctl(machine, "wait"), 2,
		   "portctl: wait: an argument is missing: portctl wait [OPTIONS] PORT\n");
}

static void wait_can_not_know_of_a_stock_ports_host(void **)
{
	const unit::Machine machine;

	make_stock(machine);
	assert_run(portctl(machine, "wait --connected org.test.0"), 1,
		   "portctl: org.test.0: its driver virtio_console does not tell whether the host "
		   "is there; see 'portctl takeover'\n");
}

// Told before any port is opened, with the status of a usage error.
static void forward_wants_a_target_that_it_knows(void **)
{
	const unit::Machine machine;

	make_facts(machine);
	assert_run(portctl(machine, "forward a"), 2,
		   "portctl: forward: say where to: unix:PATH, tcp:HOST:PORT, file:PATH, pty or "
		   "--kmsg\n");
	assert_run(portctl(machine, "forward a ftp:x"), 2,
		   "portctl: forward: no target 'ftp:x': unix:PATH, tcp:HOST:PORT, file:PATH, pty "
		   "or pty:LINK\n");
	assert_run(portctl(machine, "forward --listen a pty"), 2,
		   "portctl: forward: --listen is for unix: and tcp:\n");
	assert_run(portctl(machine, "forward --listen --kmsg a"), 2,
		   "portctl: forward: --listen is for unix: and tcp:\n");
	assert_run(portctl(machine, "forward --kmsg a pty"), 2,
		   "portctl: forward: --kmsg takes the place of a target\n");
	for (const std::string target : {"file:", "pty:", "unix:", "tcp:host"})
		assert_run(portctl(machine, "forward a " + target), 2,
			   "portctl: forward: no target '" + target +
				   "': unix:PATH, tcp:HOST:PORT, file:PATH, pty or pty:LINK\n");
}

static void exec_wants_a_command(void **)
{
	const unit::Machine machine;

	make_facts(machine);
	assert_run(portctl(machine, "exec a --"), 2,
		   "portctl: exec: an argument is missing: portctl exec [OPTIONS] PORT -- COMMAND "
		   "[ARGUMENT...]\n");
	assert_run(portctl(machine, "exec --timeout 1 a -- true"), 2,
		   "portctl: exec: --timeout is for --connected\n");
}

static void takeover_shows_its_writes(void **)
{
	const unit::Machine machine;
	const std::string drivers = machine.root() + "/sys/bus/virtio/drivers/";

	make_stock(machine);
	assert_run(portctl(machine, "takeover -v"), 0,
		   "+ echo virtio3 > " + drivers + "virtio_console/unbind\n" + "+ echo virtio3 > " +
			   drivers + "virtio_serial/bind\n");
	assert_string_equal(written(machine, "virtio_console", "unbind").c_str(), "virtio3");
	assert_string_equal(written(machine, "virtio_serial", "bind").c_str(), "virtio3");
}

static void takeover_leaves_a_device_in_use(void **)
{
	const unit::Machine machine;

	make_stock(machine);
	machine.hold("12", "qemu-ga", "vport3p1");
	assert_run(portctl(machine, "takeover"), 1,
		   "portctl: org.test.0 of virtio3 is open in qemu-ga (pid 12): end that first, "
		   "or use --force\n");
	assert_string_equal(written(machine, "virtio_console", "unbind").c_str(), "");

	assert_run(portctl(machine, "takeover --force"), 0,
		   "portctl: warning: org.test.0 of virtio3 is open in qemu-ga (pid 12)\n");
	assert_string_equal(written(machine, "virtio_serial", "bind").c_str(), "virtio3");
}

static void a_failed_bind_is_undone(void **)
{
	const unit::Machine machine;
	const std::string bind = machine.root() + "/sys/bus/virtio/drivers/virtio_serial/bind";

	make_stock(machine);
	assert_int_equal(unlink(bind.c_str()), 0);
	assert_run(portctl(machine, "takeover"), 1,
		   "portctl: bind virtio3 to virtio_serial: open '" + bind +
			   "': No such file or directory; virtio_console has it again\n");
	assert_string_equal(written(machine, "virtio_console", "bind").c_str(), "virtio3");
}

static void giveback_is_the_reverse(void **)
{
	const unit::Machine machine;

	machine.add_driver("virtio_console");
	machine.add_driver("virtio_serial");
	machine.add_device("virtio3", "virtio_serial");
	assert_run(portctl(machine, "giveback virtio3"), 0, "");
	assert_string_equal(written(machine, "virtio_serial", "unbind").c_str(), "virtio3");
	assert_string_equal(written(machine, "virtio_console", "bind").c_str(), "virtio3");
}

static void a_device_named_twice_moves_once(void **)
{
	const unit::Machine machine;
	const std::string drivers = machine.root() + "/sys/bus/virtio/drivers/";

	make_stock(machine);
	assert_run(portctl(machine, "takeover -v virtio3 virtio3"), 0,
		   "+ echo virtio3 > " + drivers + "virtio_console/unbind\n" + "+ echo virtio3 > " +
			   drivers + "virtio_serial/bind\n");
}

static void a_holder_cannot_write_to_the_terminal(void **)
{
	const unit::Machine machine;

	make_stock(machine);
	machine.hold("12", "\x1b[2J", "vport3p1");
	assert_run(portctl(machine, "takeover"), 1,
		   "portctl: org.test.0 of virtio3 is open in \\x1b[2J (pid 12): end that first, "
		   "or use --force\n");
}

static void what_is_not_there_is_named(void **)
{
	const unit::Machine machine;

	machine.add_driver("virtio_console");
	machine.add_device("virtio3", "virtio_console");
	assert_run(portctl(machine, "takeover"), 1,
		   "portctl: driver virtio_serial is not loaded: 'modprobe virtio_serial' loads "
		   "it, or 'insmod' the virtio_serial.ko as built\n");
	assert_run(portctl(machine, "takeover virtio4"), 1,
		   "portctl: no virtio-serial device 'virtio4'; did you mean 'virtio3'?\n");
	assert_run(portctl(machine, "takovr"), 2,
		   "portctl: unknown verb 'takovr'; did you mean 'takeover'?\n");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(list_shows_one_port_a_line),
	cmocka_unit_test(json_has_the_same_and_null_for_unknown),
	cmocka_unit_test(a_console_is_shown_by_its_tty),
	cmocka_unit_test(an_empty_list_says_why),
	cmocka_unit_test(info_shows_what_is_known_a_line_each),
	cmocka_unit_test(info_as_json_has_numbers_as_numbers),
	cmocka_unit_test(info_without_debugfs_shows_the_rest),
	cmocka_unit_test(wait_returns_at_once_for_what_is_there),
	cmocka_unit_test(wait_says_what_did_not_come),
	cmocka_unit_test(wait_can_not_know_of_a_stock_ports_host),
	cmocka_unit_test(forward_wants_a_target_that_it_knows),
	cmocka_unit_test(exec_wants_a_command),
	cmocka_unit_test(takeover_shows_its_writes),
	cmocka_unit_test(takeover_leaves_a_device_in_use),
	cmocka_unit_test(a_failed_bind_is_undone),
	cmocka_unit_test(giveback_is_the_reverse),
	cmocka_unit_test(a_device_named_twice_moves_once),
	cmocka_unit_test(a_holder_cannot_write_to_the_terminal),
	cmocka_unit_test(what_is_not_there_is_named),
};

UNIT_MAIN(kTests)
