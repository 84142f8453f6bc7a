#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A port's file in debugfs: programs parse it as lines of "key: value".
. "${BASH_SOURCE%/*}/../lib/test.sh"

port=org.gatehouse.test.0

debugfs_file() {
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	file=/sys/kernel/debug/virtio-ports/$(basename "$(readlink -f "$(port_device $port)")")
	[ -e "$file" ] || fail "there is no $file"
}

# expect KEY VALUE
expect() {
	local found
	found=$(sed -n "s/^$1: //p" "$file")
	[ "$found" = "$2" ] || fail "$1 is '$found', not '$2'"
}

declare_case every_line_is_a_key_and_a_value basic 10 "every line is a key, a colon, a space and a value"
every_line_is_a_key_and_a_value() {
	debugfs_file
	! grep -vE '^[a-z_]+: .+$' "$file" || fail "that line is none"
}

declare_case the_stock_drivers_keys_are_there basic 10 "the keys of the stock driver are there, in its order"
the_stock_drivers_keys_are_there() {
	debugfs_file
	[ "$(head -n 9 "$file" | cut -d: -f1 | xargs)" = "name guest_connected host_connected\
 outvq_full bytes_sent bytes_received bytes_discarded is_console console_vtermno" ] ||
		fail "$(cat "$file")"
}

declare_case the_values_follow_the_port basic 20 "the values follow what happens to the port"
the_values_follow_the_port() {
	debugfs_file
	expect name $port
	expect guest_connected 0
	expect host_connected 0
	expect is_console no
	local sent
	sent=$(sed -n 's/^bytes_sent: //p' "$file")
	host connect port=$port
	exec 3<>"$(port_device $port)"
	echo hello >&3
	host recv port=$port length=6
	expect guest_connected 1
	expect host_connected 1
	expect outvq_full 0
	expect bytes_sent $((sent + 6))
}

declare_case an_unplugged_ports_file_goes basic 10 "the file of an unplugged port goes"
an_unplugged_ports_file_goes() {
	debugfs_file
	host unplug port=$port
	wait_for 5 test ! -e "$file"
}

main "$@"
