#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module: loading, unloading, its names.

. "${BASH_SOURCE%/*}/../lib/test.sh"

declare_case it_does_not_unload_while_it_is_held basic 30 "F20: rmmod says that it is in use"
it_does_not_unload_while_it_is_held() {
	exec 5<>/dev/freezefd
	run rmmod freezefd
	((status)) || fail "it unloaded under an open file"
	expect_err "in use"
	exec 5>&-
	rmmod freezefd
	insmod "$GATEHOUSE_MODULES/freezefd.ko"
}

declare_case its_device_is_there_for_all basic 30 "the device has mode 0666 without udev"
its_device_is_there_for_all() {
	[[ $(stat -c %a:%F /dev/freezefd) == "666:character special file" ]] ||
		fail "$(stat -c %a:%F /dev/freezefd)"
	rmmod freezefd
	[[ ! -e /dev/freezefd ]] || fail "the device is left"
	insmod "$GATEHOUSE_MODULES/freezefd.ko" timeout_default_ms=1000 timeout_max_ms=2000
	[[ $(</sys/module/freezefd/parameters/timeout_default_ms) == 1000 ]] || fail "parameter"
	rmmod freezefd
	run insmod "$GATEHOUSE_MODULES/freezefd.ko" timeout_max_ms=600001
	((status)) || fail "it took a deadline of more than 600 s"
	insmod "$GATEHOUSE_MODULES/freezefd.ko"
}

main "$@"
