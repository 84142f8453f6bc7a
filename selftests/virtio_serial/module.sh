#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad use of the module itself: what insmod says, and that the ports do not notice.

. "${BASH_SOURCE%/*}/../lib/test.sh"

module=$GATEHOUSE_MODULES/virtio_serial.ko
port=org.gatehouse.test.0

expect_works() {
	local device
	device=$(port_device $port)
	host connect port=$port
	echo hello >"$device"
	host recv port=$port length=6
	host disconnect port=$port
}

declare_case loading_it_twice_is_refused basic 30 "insmod says that it is there already"
loading_it_twice_is_refused() {
	run insmod "$module"
	expect_status 1
	expect_err "File exists"
	expect_works
}

declare_case loading_it_without_root_is_refused basic 30 "insmod without root says so"
loading_it_without_root_is_refused() {
	local readable=/tmp/virtio_serial.ko # the tree may lie where only root may look
	install -m 644 "$module" $readable
	run setpriv --reuid=65534 --regid=65534 --clear-groups insmod $readable
	rm $readable
	expect_status 1
	expect_err "Operation not permitted"
	expect_works
}

declare_case a_module_of_another_kernel_is_refused basic 30 \
	"a module built with another kernel's headers does not load, and the log says why"
a_module_of_another_kernel_is_refused() {
	local other
	for other in 6.1 6.12 7.2; do
		[[ $other != "$GATEHOUSE_KERNEL" ]] || continue
		[[ -e ${GATEHOUSE_MODULES%/*}/$other/virtio_serial.ko ]] && break
	done
	other=${GATEHOUSE_MODULES%/*}/$other/virtio_serial.ko
	[[ -e $other ]] || skip "a module built for another kernel: make modules K=6.12"
	run insmod "$other"
	expect_status 1
	expect_err "could not insert module"
	# In words of the kernel's own: the version magic, a symbol's version, a size.
	dmesg | tail -n 5 | grep 'virtio_serial: ' || fail "the log does not say why"
	expect_works
}

declare_case it_loads_for_a_virtio_console_by_itself basic 30 "modinfo has what modprobe needs"
it_loads_for_a_virtio_console_by_itself() {
	[[ $(modinfo -F license "$module") == GPL ]] || fail "no licence"
	[[ $(modinfo -F alias "$module") == *virtio:d00000003v* ]] || fail "no alias for the device"
	[[ $(modinfo -F vermagic "$module") == "$(uname -r) "* ]] || fail "for another kernel"
}

main "$@"
