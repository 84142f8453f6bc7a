// SPDX-License-Identifier: GPL-2.0-or-later

#include "virtio_bus.hpp"

#include "machine.hpp"

using namespace gatehouse;

static void only_console_devices_are_listed(void **)
{
	const unit::Machine machine;

	machine.add_device("virtio0", "virtio_net", "0x0001");
	machine.add_device("virtio1", "virtio_console");
	machine.add_device("virtio2", "");

	const auto devices = unit::expect_ok(list_console_devices(machine.root()));
	assert_int_equal(devices.size(), 2);
	assert_string_equal(devices[0].name.c_str(), "virtio1");
	assert_string_equal(devices[0].driver.c_str(), "virtio_console");
	assert_string_equal(devices[1].driver.c_str(), "");
}

static void a_machine_without_the_bus_has_none(void **)
{
	const unit::Machine machine;

	assert_true(unit::expect_ok(list_console_devices(machine.root())).empty());
}

static void a_driver_is_there_once_it_is_loaded(void **)
{
	const unit::Machine machine;

	machine.add_driver("virtio_serial");
	assert_true(has_driver(machine.root(), "virtio_serial"));
	assert_false(has_driver(machine.root(), "virtio_console"));
	assert_string_equal(unbind_path("", kStockDriver).c_str(),
			    "/sys/bus/virtio/drivers/virtio_console/unbind");
	assert_string_equal(bind_path("", kOurDriver).c_str(),
			    "/sys/bus/virtio/drivers/virtio_serial/bind");
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(only_console_devices_are_listed),
	cmocka_unit_test(a_machine_without_the_bus_has_none),
	cmocka_unit_test(a_driver_is_there_once_it_is_loaded),
};

UNIT_MAIN(kTests)
