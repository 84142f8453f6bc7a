#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The driver's nodes by name beside programs: portctl, and a udev that starts late.

. "${BASH_SOURCE%/*}/../lib/test.sh"

module=$GATEHOUSE_MODULES/virtio_serial.ko
port=org.gatehouse.new.0
node=/dev/virtio-ports/$port

plug() {
	host plug port=$port
	wait_for 10 test -c $node
}

declare_case portctl_knows_the_driver_s_node basic 30 \
	"portctl shows the node by name, opens it, and sees who holds it"
portctl_knows_the_driver_s_node() {
	plug
	exec 5<>$node
	run portctl info $node
	expect_status 0
	expect_out "$node"
	expect_out "($$)"
	run portctl send $port </dev/null
	expect_status 1
	expect_err "(pid $$)"
}

declare_case a_udev_that_starts_later_makes_its_links basic 60 \
	"where udev starts after the driver, the nodes make way for its links"
a_udev_that_starts_later_makes_its_links() {
	plug
	trap 'rm -rf /run/udev' EXIT # it ends with this case
	mkdir -p /run/udev
	/lib/systemd/systemd-udevd --daemon
	[[ -c $node && ! -L $node ]] || fail "the node went before udev asked for devices"
	udevadm trigger --subsystem-match=virtio-ports
	wait_for 20 test -L $node
	[[ $(readlink -f $node) == "$(port_device $port)" ]] || fail "it leads elsewhere"
	host unplug port=$port
	gone() { [[ ! -L $node ]]; }
	wait_for 20 gone
}

declare_case named_nodes_can_be_had_always_or_never basic 60 "the module's parameter named_nodes"
named_nodes_can_be_had_always_or_never() {
	trap 'rmmod virtio_serial; insmod "$module"' EXIT
	rmmod virtio_serial
	run insmod "$module" named_nodes=3
	expect_status 1
	insmod "$module" named_nodes=0
	host plug port=$port
	port_device $port
	host connect port=$port
	wait_for 10 grep -q 1 "/sys/class/virtio-ports/$(_find_port $port)/host_connected"
	[[ ! -e $node ]] || fail "there is a node by name"
	rmmod virtio_serial
	insmod "$module" named_nodes=2
	wait_for 10 test -c $node
}

main "$@"
