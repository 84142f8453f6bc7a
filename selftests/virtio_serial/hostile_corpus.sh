#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The programs of a hostile host that once reached something new, each once more:
# selftests/stress/corpus/hostile.txt. They are found, and made fewer, by
# selftests/stress/run.

. "${BASH_SOURCE%/*}/../lib/test.sh"

run_input() {
	run "$GATEHOUSE_BIN/../test/stress/stress" run hostile .
	echo "${out//$'\n'/$'\n'# }"
	[[ ! -e finding ]] || fail "$(head -n 20 finding)"
	expect_status 0
}

declare_case a_hostile_host_finds_nothing_again hostile 60 \
	"the driver survives each program of the corpus" only
a_hostile_host_finds_nothing_again() {
	cp "$GATEHOUSE_SOURCE/selftests/stress/corpus/hostile.txt" input
	run_input
}

# Where a function of the driver's begins in its file, and its size.
range_of() { # function
	nm -S "$GATEHOUSE_MODULES/virtio_serial.ko" |
		awk -v name="$1" '$4 == name { print "0x" $1, "0x" $2 }'
}

reached() { # function
	local base begin size address
	read -r base </sys/module/virtio_serial/sections/.text
	read -r begin size <<<"$(range_of "$1")"
	[[ $size ]] || fail "the driver has no $1"
	while read -r address; do
		((address -= base + begin, address >= 0 && address < size)) && return
	done <reached
	return 1
}

add_port="0 message id=2 event=1 value=1 more=0 length=0 times=1 how=0"

declare_case what_work_queues_run_counts hostile 30 \
	"the record has what the driver's work does for a message, and has it for that message" only
what_work_queues_run_counts() {
	printf '%s\n' "0 interrupt queue=2" "$add_port" "0 pass ms=1" >input
	run_input
	reached vser_ctrl_done || fail "the interrupt is not in the record"
	reached vser_chardev_add || fail "the work is not in the record"
	[[ $(grep -c . corpus) == 2 ]] || fail "what came after was kept: $(<corpus)"
	printf '%s\n' "0 interrupt queue=2" >input
	run_input
	! reached vser_chardev_add || fail "the work is in the record of a call that led to none"
}

main "$@"
