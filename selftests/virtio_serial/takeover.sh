#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The stock driver in the way: portctl takeover gives its devices to ours, giveback returns them.
# Each case begins and ends with the stock driver on every device, ours not loaded.

. "${BASH_SOURCE%/*}/../lib/test.sh"

port=org.gatehouse.test.0

load() {
	insmod "$GATEHOUSE_MODULES/virtio_serial.ko"
	trap undo EXIT
}

undo() {
	exec 5>&- # a port that a case has left open
	[[ -e /sys/module/virtio_serial ]] || return 0
	portctl giveback
	rmmod virtio_serial
}

driver_of() { # port's name
	local device
	device=$(port_device "$1")
	basename "$(readlink "/sys/class/virtio-ports/${device#/dev/}/device/driver")"
}

expect_driver() { # name
	local driver
	driver=$(driver_of $port)
	[[ $driver == "$1" ]] || fail "$port belongs to $driver, not $1"
}

expect_carries() {
	local device
	device=$(port_device $port)
	echo hello >"$device"
	host recv port=$port length=6
	[[ $(base64 -d <<<"$(reply_field data)") == hello ]] || fail "got $reply"
}

declare_case takeover_and_giveback_keep_the_ports stock 60 \
	"ports keep their names, links and hosts through takeover and giveback"
takeover_and_giveback_keep_the_ports() {
	load
	expect_driver virtio_console
	host connect port=$port
	for round in 1 2 3; do
		run portctl takeover
		expect_status 0
		expect_driver virtio_serial
		wait_for 10 test -e /dev/virtio-ports/$port
		expect_carries
		run portctl giveback
		expect_status 0
		expect_driver virtio_console
		wait_for 10 test -e /dev/virtio-ports/$port
		expect_carries
	done
}

declare_case takeover_says_each_write_with_v stock 30 "takeover -v prints the writes to sysfs"
takeover_says_each_write_with_v() {
	load
	run portctl takeover -v
	expect_status 0
	expect_err "+ echo virtio* > /sys/bus/virtio/drivers/virtio_console/unbind"
	expect_err "+ echo virtio* > /sys/bus/virtio/drivers/virtio_serial/bind"
}

declare_case takeover_without_our_module_says_how_to_load_it stock 30 \
	"without our module takeover changes nothing and says what to do"
takeover_without_our_module_says_how_to_load_it() {
	run portctl takeover
	expect_status 1
	expect_err "virtio_serial is not loaded"
	expect_driver virtio_console
}

declare_case takeover_leaves_a_device_that_is_in_use stock 30 \
	"a device whose port is open stays, unless forced"
takeover_leaves_a_device_that_is_in_use() {
	load
	exec 5<>"$(port_device $port)"
	run portctl takeover
	expect_status 1
	expect_err "$port"
	expect_err "open in takeover.sh (pid $$)"
	expect_driver virtio_console
}

declare_case our_module_leaves_what_the_stock_driver_has stock 30 \
	"loading ours beside the stock driver takes nothing away"
our_module_leaves_what_the_stock_driver_has() {
	host connect port=$port
	expect_carries
	load
	expect_driver virtio_console
	expect_carries
	run portctl list
	expect_out virtio_console
}

declare_case a_port_plugged_after_takeover_is_ours stock 30 \
	"hot plug works on a device that was taken over"
a_port_plugged_after_takeover_is_ours() {
	load
	portctl takeover
	host plug port=org.gatehouse.new.0
	port_device org.gatehouse.new.0
	[[ $(driver_of org.gatehouse.new.0) == virtio_serial ]] || fail "it is not ours"
	wait_for 10 test -e /dev/virtio-ports/org.gatehouse.new.0
	host unplug port=org.gatehouse.new.0
	gone() { ! _find_port org.gatehouse.new.0; }
	wait_for 10 gone
}

main "$@"
