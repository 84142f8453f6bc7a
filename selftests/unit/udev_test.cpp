// SPDX-License-Identifier: GPL-2.0-or-later
//
// With the machine's own devices. Events are not made here: that takes root
// and a device to trigger; the tests in virtual machines see real ones.

#include "udev.hpp"

#include <algorithm>

#include "unit.hpp"

using namespace gatehouse;

static void devices_of_a_subsystem_are_found(void **)
{
	const std::vector<std::string> subsystems = {"mem"};

	if (access("/sys/class/mem", F_OK)) {
		print_message("/sys is not mounted\n");
		skip();
	}
	const auto paths = unit::expect_ok(list_udev_devices(subsystems));

	assert_true(std::any_of(paths.begin(), paths.end(), [](const std::string &path) {
		return path.ends_with("/mem/null");
	}));
}

static void an_unknown_subsystem_has_none(void **)
{
	const std::vector<std::string> subsystems = {"no-such-subsystem"};

	assert_true(unit::expect_ok(list_udev_devices(subsystems)).empty());
}

static void a_quiet_monitor_has_no_event(void **)
{
	const std::vector<std::string> subsystems = {"no-such-subsystem"};
	UdevMonitor monitor = unit::expect_ok(UdevMonitor::create(subsystems));

	assert_true(monitor.fd() >= 0);
	assert_false(monitor.receive().has_value());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(devices_of_a_subsystem_are_found),
	cmocka_unit_test(an_unknown_subsystem_has_none),
	cmocka_unit_test(a_quiet_monitor_has_no_event),
};

UNIT_MAIN(kTests)
