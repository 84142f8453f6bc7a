#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that know nothing of ports, unmodified, with a real host at the other end.

. "${BASH_SOURCE%/*}/../lib/test.sh"

port=org.gatehouse.test.0
block=3999 # ends in the middle of the driver's buffers, each time elsewhere
size=$((250 * block))

# Sets node; the host is there. A program that is missing is a failure, not a skip.
# The port takes little at once, so that what writes has to wait.
begin() { # program
	command -v "$1" >/dev/null || fail "$1 is missing: run scripts/setup"
	node=$(port_device $port)
	limit=/sys/class/virtio-ports/${node#/dev/}/tx_limit_kib
	before=$(<"$limit")
	trap 'echo $before >"$limit"' EXIT
	echo 32 >"$limit"
	host connect port=$port
	wait_for 10 grep -q 1 "/sys/class/virtio-ports/${node#/dev/}/host_connected"
}

make_pattern() { # file
	/usr/bin/python3 -B -c 'import sys
sys.path.insert(0, sys.argv[1] + "/selftests")
from vm import pattern
sys.stdout.buffer.write(pattern.piece(7, 0, int(sys.argv[2])))' "$GATEHOUSE_SOURCE" $size >"$1"
}

expect_pattern() { # file
	make_pattern wanted
	cmp wanted "$1" || fail "$1 is another"
}

has_open() { # pid node
	[[ $(readlink "/proc/$1"/fd/*) == *"$2"* ]]
}

declare_case cat_reads_until_the_host_leaves basic,udev 30 \
	"cat of a port ends as of a pipe, with every byte"
cat_reads_until_the_host_leaves() {
	begin cat
	cat "$node" >got &
	host send_pattern port=$port seed=7 length=$size
	host disconnect port=$port
	wait $! || fail "cat ends with $?"
	expect_pattern got
}

declare_case cat_gets_what_came_before_the_host_left basic 30 \
	"cat that looks when the host has left gets what it had sent"
cat_gets_what_came_before_the_host_left() {
	begin cat
	size=10000 # what the driver takes without a reader
	cat "$node" >got &
	wait_for 10 has_open $! "$node"
	kill -STOP $!
	host send_pattern port=$port seed=7 length=$size
	host disconnect port=$port
	wait_for 10 grep -q 0 "/sys/class/virtio-ports/${node#/dev/}/host_connected"
	kill -CONT $!
	wait $! || fail "cat ends with $?"
	expect_pattern got
}

declare_case cat_leaves_what_the_host_reads_later basic 30 \
	"what cat has written and left behind comes to a host that reads late"
cat_leaves_what_the_host_reads_later() {
	begin cat
	echo "$before" >"$limit"
	size=300000 # more than fits on the way
	make_pattern file
	host pause port=$port
	cat file >"$node"
	host resume port=$port
	host recv_pattern port=$port seed=7 length=$size
}

declare_case cat_writes_a_file basic,udev 30 "cat of a file to a port"
cat_writes_a_file() {
	begin cat
	make_pattern file
	host recv_pattern port=$port seed=7 length=$size background=true
	cat file >"$node"
	host join port=$port
}

declare_case dd_copies_both_ways basic 30 "dd with its blocks, and with fsync at the end"
dd_copies_both_ways() {
	begin dd
	make_pattern file
	host recv_pattern port=$port seed=7 length=$size background=true
	dd if=file of="$node" bs=$block conv=fsync,notrunc
	host join port=$port
	host send_pattern port=$port seed=7 length=$size background=true
	dd if="$node" of=got bs=$block count=$((size / block)) iflag=fullblock
	host join port=$port
	expect_pattern got
}

declare_case socat_runs_a_program_on_a_port basic 30 "socat ties a port to a program"
socat_runs_a_program_on_a_port() {
	begin socat
	socat "OPEN:$node" "EXEC:cat" &
	for line in one two three; do
		host exchange port=$port line=$line
		[[ $(reply_field line) == "$line" ]] || fail "the host got $reply"
	done
	host disconnect port=$port
	wait $! || fail "socat ends with $?"
}

declare_case socat_ties_a_port_to_a_socket basic 30 "socat ties a port to a unix socket, both ways"
socat_ties_a_port_to_a_socket() {
	begin socat
	make_pattern file
	socat "OPEN:$node" UNIX-LISTEN:socket &
	wait_for 10 test -S socket
	host send_pattern port=$port seed=7 length=$size background=true
	host recv_pattern port=$port seed=7 length=$size background=true
	socat -t 20 UNIX-CONNECT:socket "OPEN:file!!OPEN:got,creat" &
	host join port=$port
	host disconnect port=$port
	wait $! || fail "socat ends with $?"
	expect_pattern got
}

for way in select poll epoll callbacks streams; do
	declare_case "python_echoes_by_$way" basic 60 "Python waits for a port by $way"
	eval "python_echoes_by_$way() { python_echoes $way; }"
done

python_echoes() { # way
	begin /usr/bin/python3
	/usr/bin/python3 -B "$GATEHOUSE_SOURCE/selftests/virtio_serial/echo.py" "$1" "$node" &
	for line in one two; do
		host exchange port=$port line=$line
		[[ $(reply_field line) == "$line" ]] || fail "the host got $reply"
	done
	host send_pattern port=$port seed=7 length=$size background=true
	host recv_pattern port=$port seed=7 length=$size background=true
	host join port=$port
	host disconnect port=$port
	wait $! || fail "Python ends with $?"
}

main "$@"
