#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The text of a panic reaches the host, once. Each case ends its machine; the host looks then at
# what the console got (the call `panics`).
#
# QEMU drops what the console's client does not read in time, and of the register's characters a
# socket holds some 270. So where these are to come, the log is cleared first: the panic's text is
# then all there is, and its headline what comes first.
. "${BASH_SOURCE%/*}/../lib/test.sh"

port=org.gatehouse.console.0
drivers=/sys/bus/virtio/drivers/virtio_serial

find_console() {
	local folder
	folder=/sys/class/virtio-ports/$(_find_port $port) || return
	[[ $(<"$folder/console") ]]
}

# The device's folder in PCI.
find_device() {
	local device
	device=$(readlink -e $drivers/virtio*)
	dirname "$device"
}

# The device takes nothing out of its queues any more: it must not read memory. Its registers work.
stop_device() { # folder
	local command
	command=$(od -An -tu1 -j4 -N1 "$1/config")
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %o $((command & ~4)))" |
		dd of="$1/config" bs=1 seek=4 conv=notrunc status=none
}

end_by_panic() { # times that the host is told, more of what it gets
	host panics reason="sysrq triggered crash" \
		came="{\"$port\": {\"] Kernel panic - not syncing: sysrq triggered crash\\r\\n\": $1 $2}}"
	echo c >/proc/sysrq-trigger
}

declare_case is_told_when_no_console_has_the_log panic 20 \
	"with the kernel's log elsewhere, its end goes to the device's console"
is_told_when_no_console_has_the_log() {
	local number
	wait_for 10 find_console
	for number in {1..300}; do
		printf '<6>line %d:%080d\n' "$number" 0
	done >/dev/kmsg
	end_by_panic 1 ', "line 1:": 0, "line 300:": 1'
}

declare_case is_told_when_that_console_is_stuck panic 20 \
	"it goes there by the emergency register if the device takes nothing"
is_told_when_that_console_is_stuck() {
	local device
	wait_for 10 find_console
	device=$(find_device)
	host pause port=$port
	stop_device "$device"
	dmesg --clear
	end_by_panic 1
}

declare_case is_told_before_the_console_is_there panic 20 \
	"from the beginning of probe on, the end of the log goes to the emergency register"
is_told_before_the_console_is_there() {
	local device name
	wait_for 10 find_console
	device=$(find_device)
	name=$(basename "$device"/virtio*)
	echo "$name" >$drivers/unbind
	stop_device "$device"
	echo "$name" >$drivers/bind
	! find_console || fail "the device works"
	dmesg --clear
	end_by_panic 1
}

declare_case is_told_by_a_console console_log 20 \
	"a console that has the log tells it, and the emergency register does not"
is_told_by_a_console() {
	wait_for 10 find_console
	end_by_panic 1
}

declare_case is_told_by_a_console_that_is_stuck console_log 20 \
	"a console whose device takes nothing tells it by the emergency register"
is_told_by_a_console_that_is_stuck() {
	local device
	wait_for 10 find_console
	device=$(find_device)
	host pause port=$port
	stop_device "$device"
	echo "<1>lies in the queue" >/dev/kmsg
	end_by_panic 1 ', "lies in the queue": 0'
}

declare_case is_not_told_without_a_register console_bare 20 \
	"a device that takes nothing and has no emergency register gets nothing"
is_not_told_without_a_register() {
	local device
	wait_for 10 find_console
	device=$(find_device)
	stop_device "$device"
	end_by_panic 0
}

main "$@"
