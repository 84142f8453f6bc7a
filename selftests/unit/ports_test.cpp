// SPDX-License-Identifier: GPL-2.0-or-later

#include "ports.hpp"

#include "machine.hpp"

using namespace gatehouse;

static PortList scan(const unit::Machine &machine)
{
	return unit::expect_ok(PortList::scan(machine.root()));
}

static void assert_error(const Result<Port> &result, const char *message)
{
	assert_false(result.ok());
	assert_string_equal(result.error().message().c_str(), message);
}

static void a_port_of_ours_is_read_whole(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio1", "virtio_serial");
	machine.add_port("virtio1", "vport1p2", "org.test.0", "1");
	machine.hold("77", "cat", "vport1p2");

	const PortList list = scan(machine);
	assert_int_equal(list.ports().size(), 1);
	const Port &port = list.ports()[0];
	assert_string_equal(port.id.c_str(), "vport1p2");
	assert_string_equal(port.name.c_str(), "org.test.0");
	assert_string_equal(port.device.c_str(), "virtio1");
	assert_string_equal(port.driver.c_str(), "virtio_serial");
	assert_string_equal(port.node.c_str(), (machine.root() + "/dev/vport1p2").c_str());
	assert_true(port.host == HostState::Connected);
	assert_true(port.holder.has_value());
	assert_int_equal(port.holder->pid, 77);
	assert_string_equal(list.advice().c_str(), "");
}

static void both_classes_are_walked_in_the_order_of_numbers(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_console");
	machine.add_device("virtio10", "virtio_serial");
	machine.add_port("virtio10", "vport10p1", "c", "0", "vser-ports");
	machine.add_port("virtio0", "vport0p10", "b", "");
	machine.add_port("virtio0", "vport0p9", "a", "");

	const PortList list = scan(machine);
	assert_int_equal(list.ports().size(), 3);
	assert_string_equal(list.ports()[0].name.c_str(), "a");
	assert_string_equal(list.ports()[1].name.c_str(), "b");
	assert_string_equal(list.ports()[2].name.c_str(), "c");
	assert_true(list.ports()[2].host == HostState::Away);
}

static void a_stock_port_has_its_host_in_debugfs(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_console");
	machine.add_port("virtio0", "vport0p0", "", "");
	machine.add_port("virtio0", "vport0p1", "x", "");
	machine.folder().write("sys/kernel/debug/virtio-ports/vport0p0",
			       "name: \nhost_connected: 1\nis_console: yes\n");

	const PortList list = scan(machine);
	assert_true(list.ports()[0].host == HostState::Connected);
	assert_true(list.ports()[0].console);
	assert_string_equal(list.ports()[0].label().c_str(), "vport0p0");
	assert_true(list.ports()[1].host == HostState::Unknown);
	assert_false(list.ports()[1].console);
}

static void a_node_by_name_is_preferred_when_it_is_this_ports(void **)
{
	const unit::Machine machine;
	const std::string named = machine.root() + "/dev/virtio-ports/a";

	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p1", "a", "0");
	machine.add_port("virtio0", "vport0p2", "a", "0"); // the same name again
	machine.folder().link("dev/virtio-ports/a", "../vport0p1");

	const PortList list = scan(machine);
	assert_string_equal(list.ports()[0].node.c_str(), named.c_str());
	assert_string_equal(list.ports()[1].node.c_str(),
			    (machine.root() + "/dev/vport0p2").c_str());
}

static void a_name_does_not_lead_out_of_its_folder(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_console");
	machine.add_port("virtio0", "vport0p1", "../secret", "");
	machine.folder().write("dev/virtio-ports/x", "");
	machine.folder().write("dev/secret", "");
	const std::string node = machine.root() + "/dev/vport0p1";
	assert_string_equal(scan(machine).ports()[0].node.c_str(), node.c_str());
	assert_int_equal(unlink(node.c_str()), 0);
	assert_string_equal(scan(machine).ports()[0].node.c_str(), node.c_str());
}

static void a_port_is_found_by_name_id_and_path(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p1", "a.b", "0");
	machine.add_port("virtio0", "vport0p2", "c.d", "0");
	machine.folder().link("dev/virtio-ports/c.d", "../vport0p2");

	const PortList list = scan(machine);
	for (const std::string &word :
	     {std::string("c.d"), std::string("vport0p2"), machine.root() + "/dev/vport0p2",
	      machine.root() + "/dev/virtio-ports/c.d"})
		assert_string_equal(unit::expect_ok(list.find(word)).id.c_str(), "vport0p2");
}

static void a_wrong_word_gets_an_answer(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_serial");
	machine.add_port("virtio0", "vport0p1", "org.qemu.guest_agent.0", "0");
	machine.add_port("virtio0", "vport0p2", "twin", "0");
	machine.add_port("virtio0", "vport0p3", "twin", "0");

	const PortList list = scan(machine);
	assert_error(list.find("org.qemu.guest-agent.0"),
		     "no port is named 'org.qemu.guest-agent.0'; did you mean "
		     "'org.qemu.guest_agent.0'?");
	assert_error(list.find("zzz"), "no port is named 'zzz'");
	assert_error(list.find("twin"), "2 ports are named 'twin': say which, vport0p2, vport0p3");
	assert_error(list.find("/dev/null"), "'/dev/null' is not a virtio-serial port");
	assert_error(list.find("/dev/vport9p9"), "stat '/dev/vport9p9': No such file or directory");
}

static void no_ports_come_with_a_reason(void **)
{
	const unit::Machine bare, unbound, empty;

	assert_error(scan(bare).find("a"), "no virtio-serial device in this machine (with QEMU: "
					   "-device virtio-serial)");
	unbound.add_device("virtio3", "");
	assert_error(scan(unbound).find("a"),
		     "virtio3 has no driver: load one with 'modprobe virtio_serial'");
	empty.add_device("virtio0", "virtio_serial");
	assert_error(scan(empty).find("a"), "no ports: the virtio-serial device has none (with "
					    "QEMU: -device virtserialport)");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(a_port_of_ours_is_read_whole),
	cmocka_unit_test(both_classes_are_walked_in_the_order_of_numbers),
	cmocka_unit_test(a_stock_port_has_its_host_in_debugfs),
	cmocka_unit_test(a_node_by_name_is_preferred_when_it_is_this_ports),
	cmocka_unit_test(a_name_does_not_lead_out_of_its_folder),
	cmocka_unit_test(a_port_is_found_by_name_id_and_path),
	cmocka_unit_test(a_wrong_word_gets_an_answer),
	cmocka_unit_test(no_ports_come_with_a_reason),
};

UNIT_MAIN(kTests)
