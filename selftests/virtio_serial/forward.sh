#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# portctl forward: a port tied to sockets, files, terminals and the kernel's log.

. "${BASH_SOURCE%/*}/../lib/test.sh"
. "${BASH_SOURCE%/*}/../lib/portctl.sh"

other=org.gatehouse.test.1
pattern='import sys
sys.path.insert(0, sys.argv[1] + "/selftests")
from vm import pattern
sys.stdout.buffer.write(pattern.piece(7, 0, int(sys.argv[2])))'
patterned() { # bytes
	/usr/bin/python3 -B -c "$pattern" "$GATEHOUSE_SOURCE" "$1"
}

# A program at a unix socket, one for each connection.
serve() { # socat's address of the program
	socat UNIX-LISTEN:service,fork "$1" &
	wait_for 10 test -S service
}

send_line() { # port text
	host send port="$1" data="$(base64 <<<"$2")"
}

expect_answer() { # line answer
	host exchange port=$port line="$1"
	[[ $(reply_field line) == "$2" ]] || fail "the host got $reply"
}

declare_case each_host_gets_a_connection basic,udev,stock 30 \
	"portctl forward unix: connects to a service for each connection of the host"
each_host_gets_a_connection() {
	port_device $port
	printf '%s\n' '#!/bin/sh' 'exec sed -u "=; s/^/it said /"' >program
	chmod +x program
	serve EXEC:./program
	start forward $port "unix:$PWD/service"
	for _ in 1 2; do
		host connect port=$port
		expect_answer hello 1 # the first line of a new sed
		expect_line $port "it said hello"
		host disconnect port=$port
		wait_for 10 is_listed $port host_connected False
	done
}

declare_case a_service_that_ends_is_not_asked_twice basic 30 \
	"what a host sends after the service has ended is not taken for a beginning"
a_service_that_ends_is_not_asked_twice() {
	port_device $port
	serve "EXEC:sed -u q"
	start forward $port "unix:$PWD/service"
	host connect port=$port
	expect_answer hello hello
	send_line $port "to nobody"
	host disconnect port=$port
	wait_for 10 is_listed $port host_connected False
	host connect port=$port
	expect_answer again again
}

declare_case a_missing_service_is_told basic 30 \
	"no service: it says so, and the next host may find one; with --once it fails"
a_missing_service_is_told() {
	port_device $port
	start forward $port "unix:$PWD/service"
	host connect port=$port
	expect_said "unix:$PWD/service: No such file or directory"
	send_line $port "to nobody"
	host disconnect port=$port
	wait_for 10 is_listed $port host_connected False
	serve EXEC:cat
	host connect port=$port
	expect_answer hello hello
	kill "$started"
	expect_end 143
	host disconnect port=$port
	host connect port=$port
	run portctl forward --once $port unix:nowhere
	expect_status 1
	expect_err "portctl: unix:nowhere: No such file or directory"
}

declare_case a_short_visit_counts basic 30 "a host that has left again gets its connection, too"
a_short_visit_counts() {
	port_device $port
	start forward $port "unix:$PWD/service"
	wait_for 10 is_in_call 232 # epoll_wait
	kill -STOP "$started"
	host connect port=$port
	send_line $port first
	wait_for 10 is_listed $port host_connected True
	host disconnect port=$port
	wait_for 10 is_listed $port host_connected False
	serve "SYSTEM:'cat >>got; echo end >>got'"
	kill -CONT "$started"
	wait_for 10 grep -q end got
	[[ $(<got) == first$'\n'end ]] || fail "the service got $(<got)"
}

declare_case clients_take_turns basic,udev,stock 30 \
	"portctl forward --listen: one client after the other, the host stays"
clients_take_turns() {
	port_device $port
	start forward --listen $port "unix:$PWD/socket"
	wait_for 10 test -S socket
	host connect port=$port
	for client in one two; do
		echo $client | socat -t 10 - UNIX-CONNECT:socket >"$client" &
		wait_for 10 true
		expect_line $port $client
		send_line $port "to $client"
		wait_for 10 grep -q "to $client" $client
		kill $!
		wait $! || true
	done
	kill "$started"
	expect_end 143
	[[ ! -e socket ]] || fail "the socket is left behind"
}

declare_case half_a_close_is_half_a_close basic,stock 30 \
	"a client that sends no more gets what the host sends, to the last byte"
half_a_close_is_half_a_close() {
	port_device $port
	start forward --listen --once $port "unix:$PWD/socket"
	wait_for 10 test -S socket
	socat -t 20 - UNIX-CONNECT:socket <<<request >answer &
	client=$!
	host connect port=$port
	expect_line $port request
	host send_pattern port=$port seed=7 length=500000
	host disconnect port=$port
	wait $client || fail "the client ends with $?"
	patterned 500000 | cmp - answer || fail "the client got $(wc -c <answer) bytes"
	expect_end 0
}

declare_case tcp_works_both_ways basic 30 "portctl forward tcp:, connected and listening"
tcp_works_both_ways() {
	port_device $port
	ip link set lo up
	start forward --listen $port tcp:127.0.0.1:4001
	first=$started
	start forward $other tcp:localhost:4001
	trap 'kill $first $started' EXIT
	listens() { grep -q ':0FA1 .* 0A ' /proc/net/tcp; } # port 4001, LISTEN
	wait_for 10 listens
	host connect port=$port
	host connect port=$other
	send_line $other "through two ports"
	expect_line $port "through two ports"
	send_line $port "and back"
	expect_line $other "and back"
}

memory_of() { # pid
	awk '/^RssAnon/ { print $2 }' "/proc/$1/status"
}

declare_case a_slow_side_holds_up_nobody_else basic 60 \
	"a client that does not read costs no memory, and does not hold up the other way"
a_slow_side_holds_up_nobody_else() {
	port_device $port
	start forward --listen --once $port "unix:$PWD/socket"
	wait_for 10 test -S socket
	mkfifo in
	socat -t 30 - UNIX-CONNECT:socket <in >out &
	client=$!
	exec 6>in
	host connect port=$port
	echo hello >&6
	expect_line $port hello
	before=$(memory_of "$started")

	# Not this client, one that reads nothing.
	kill -STOP $client
	host send_pattern port=$port seed=7 length=$((8 << 20)) background=true
	wait_for 10 is_in_call 232 # epoll_wait
	(($(memory_of "$started") < before + 1024)) || fail "$(memory_of "$started") KiB"
	kill -CONT $client
	host join port=$port

	# The other way: a host that reads nothing.
	host pause port=$port
	patterned 3000000 >&6 &
	writer=$!
	host send_pattern port=$port seed=7 length=100000
	is_out() { (($(stat -c %s out) == (8 << 20) + 100000)); }
	wait_for 20 is_out
	(($(memory_of "$started") < before + 1024)) || fail "$(memory_of "$started") KiB"
	host resume port=$port
	host recv_pattern port=$port seed=7 length=3000000
	wait $writer
	exec 6>&-
	host disconnect port=$port
	wait $client || fail "the client ends with $?"
	patterned $((8 << 20)) >wanted
	cmp -n $((8 << 20)) wanted out || fail "other bytes came"
	expect_end 0
}

declare_case a_file_grows basic,stock 30 "portctl forward file: appends what hosts send"
a_file_grows() {
	port_device $port
	echo before >file
	start forward $port "file:$PWD/file"
	for line in one two; do
		host connect port=$port
		send_line $port $line
		wait_for 10 grep -q $line file
		host disconnect port=$port
		wait_for 10 is_listed $port host_connected False
	done
	[[ $(<file) == before$'\n'one$'\n'two ]] || fail "$(<file)"
	kill "$started"
	expect_end 143
	start forward --once $port "file:$PWD/file"
	host connect port=$port
	send_line $port three
	host disconnect port=$port
	expect_end 0
	[[ $(tail -n 1 file) == three ]] || fail "$(<file)"
}

declare_case a_pty_is_a_line basic,udev 30 \
	"portctl forward pty: prints a terminal that programs may open as they like"
a_pty_is_a_line() {
	port_device $port
	start forward $port "pty:$PWD/modem"
	expect_said '^/dev/pts/'
	[[ $(readlink modem) == "$(<said)" ]] || fail "the link leads to $(readlink modem)"
	host connect port=$port
	for program in one two; do
		exec 6<>modem
		echo "from $program" >&6
		expect_line $port "from $program"
		send_line $port "to $program"
		read -r -t 10 line <&6
		[[ $line == "to $program" ]] || fail "it read '$line'"
		exec 6>&-
	done
	kill "$started"
	expect_end 143
	[[ ! -L modem ]] || fail "the link is left behind"
}

# What the host gets until a line ends in this word, appended to ./log.
take_log() { # word
	until grep -q "$1\$" log; do
		host recv port=$port
		base64 -d <<<"$(reply_field data)" >>log
	done
}

# Into the kernel's log and not to the console.
log_record() { # text
	echo "<7>$1" >/dev/kmsg
}

declare_case the_kernels_log_comes_once basic,udev,stock 60 \
	"portctl forward --kmsg: the log from its start, as dmesg shows it, over two hosts"
the_kernels_log_comes_once() {
	port_device $port
	: >log
	start forward --kmsg $port
	host connect port=$port
	log_record "gatehouse mark-one"
	take_log mark-one
	host disconnect port=$port
	wait_for 10 is_listed $port host_connected False
	log_record "gatehouse while nobody listens"
	host connect port=$port
	log_record "gatehouse mark-two"
	take_log mark-two
	dmesg | sed '/mark-two$/q' >wanted
	diff wanted log || fail "not what dmesg has"
}

declare_case a_host_that_listens_gets_records_at_once basic 30 \
	"portctl forward --kmsg: a record comes when it is made; what the host says does not matter"
a_host_that_listens_gets_records_at_once() {
	port_device $port
	: >log
	start forward --kmsg --once $port
	host connect port=$port
	for word in mark-one mark-two mark-three; do
		log_record "gatehouse $word"
		take_log $word
		host send_pattern port=$port seed=7 length=300000
	done
	host disconnect port=$port
	expect_end 0
}

declare_case an_unplugged_port_ends_it basic 30 "portctl forward fails when the port goes"
an_unplugged_port_ends_it() {
	port_device $port
	start forward --kmsg $port
	wait_for 10 is_in_call 232 # epoll_wait
	host unplug port=$port
	expect_end 1
	expect_said "$port.*: No such device"
}

declare_case wrong_targets_are_usage_errors basic 30 "portctl forward without a target that it knows"
wrong_targets_are_usage_errors() {
	for words in "" "ftp:x" "--listen pty" "--kmsg pty"; do
		# shellcheck disable=SC2086 # words
		run portctl forward $port $words
		expect_status 2
		expect_err "portctl: forward: "
	done
}

main "$@"
