#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# portctl with real ports: what it lists, carries and watches, and what it says when it can't.

. "${BASH_SOURCE%/*}/../lib/test.sh"
. "${BASH_SOURCE%/*}/../lib/portctl.sh"

declare_case list_shows_every_port_by_name basic,udev 30 \
	"portctl list has a line for each port, with name, driver and host"
list_shows_every_port_by_name() {
	run portctl list
	expect_status 0
	for name in $port org.gatehouse.test.1 org.gatehouse.up.0; do
		expect_out "$name"
	done
	expect_out virtio_serial
	run portctl
	expect_status 0
	expect_out $port
}

declare_case list_as_json_says_what_is_so basic,udev 30 \
	"portctl list --json follows the host and the holder"
list_as_json_says_what_is_so() {
	device=$(port_device $port)
	is_listed $port id "${device#/dev/}" || fail "id is $(listed $port id)"
	is_listed $port driver virtio_serial || fail "driver is $(listed $port driver)"
	wait_for 10 is_listed org.gatehouse.up.0 host_connected True
	wait_for 10 is_listed $port host_connected False
	host connect port=$port
	wait_for 10 is_listed $port host_connected True
	is_listed $port holder None || fail "held by $(listed $port holder)"
	exec 5<>"$device"
	[[ $(exec 5>&-; listed $port holder) == *"'pid': $$"* ]] ||
		fail "held by $(listed $port holder)"
}

declare_case list_gives_the_node_by_name udev 30 "where udev runs, the node is the link by name"
list_gives_the_node_by_name() {
	wait_for 10 is_listed $port node /dev/virtio-ports/$port
}

declare_case cat_prints_what_the_host_sends basic,udev 30 \
	"portctl cat copies until the host goes away"
cat_prints_what_the_host_sends() {
	port_device $port
	host connect port=$port
	start cat $port
	host send port=$port data="$(base64 <<<"from the host")"
	expect_said '^from the host$'
	host disconnect port=$port
	wait "$started" || fail "portctl cat ends with $?"
}

declare_case send_carries_stdin_and_files basic,udev,stock 30 "portctl send carries stdin and files"
send_carries_stdin_and_files() {
	port_device $port
	host connect port=$port
	echo "by stdin" | portctl send $port
	host recv port=$port length=9
	[[ $(base64 -d <<<"$(reply_field data)") == "by stdin" ]] || fail "got $reply"

	head -c 30000 /dev/urandom >file
	portctl send $port file
	host recv port=$port length=30000
	base64 -d <<<"$(reply_field data)" | cmp - file || fail "other bytes came"
}

declare_case send_waits_for_the_host basic,udev 30 "portctl send waits for a host that is not there"
send_waits_for_the_host() {
	port_device $port
	echo patience >file
	start send $port file
	is_held() { ! is_listed $port holder None; }
	wait_for 10 is_held
	host connect port=$port
	host recv port=$port length=9
	[[ $(base64 -d <<<"$(reply_field data)") == patience ]] || fail "got $reply"
	wait "$started" || fail "portctl send ends with $?"
}

declare_case send_tells_when_the_host_left basic 60 \
	"portctl send fails when the host leaves before the end, and tells how far it was"
send_tells_when_the_host_left() {
	port_device $port
	head -c 16M /dev/zero >file
	host connect port=$port
	host pause port=$port
	wait_for 10 is_listed $port host_connected True
	start send $port file
	wait_for 20 is_in_call 232 # epoll_wait
	host disconnect port=$port
	expect_said "the host left '$port' after [0-9]+ bytes"
	! wait "$started" || fail "portctl send ends with 0"
}

declare_case send_waits_as_long_as_it_is_told basic 30 "portctl send --timeout"
send_waits_as_long_as_it_is_told() {
	port_device $port
	echo impatience >file
	run portctl send --timeout 0.2 $port file
	expect_status 1
	expect_err "wait for the host"
}

declare_case send_tells_another_host_from_the_same basic,udev 30 \
	"portctl send fails when the host left and came back between two writes"
send_tells_another_host_from_the_same() {
	port_device $port
	host connect port=$port
	mkfifo input
	start send $port input
	exec 6>input
	echo "to the first" >&6
	host recv port=$port length=13
	host disconnect port=$port
	host connect port=$port
	wait_for 10 is_listed $port host_connected True
	echo "to the second" >&6
	expect_said "the host left '$port' and came back; 27 bytes were written, to one or the other"
	! wait "$started" || fail "portctl send ends with 0"
}

declare_case send_leaves_a_host_that_has_it_all basic 30 \
	"portctl send does not mind that the host leaves after the last byte, --check does"
send_leaves_a_host_that_has_it_all() {
	for option in "" --check; do
		host connect port=$port
		mkfifo input
		# shellcheck disable=SC2086 # none or one
		start send $option $port input
		exec 6>input
		echo all >&6
		host recv port=$port length=4
		host disconnect port=$port
		wait_for 10 is_listed $port host_connected False
		exec 6>&-
		if [[ $option ]]; then
			expect_said "the host left '$port' after 4 bytes"
			! wait "$started" || fail "portctl send --check ends with 0"
		else
			wait "$started" || fail "portctl send ends with $?: $(<said)"
		fi
		rm input
	done
}

declare_case send_check_prints_what_sha256sum_checks basic,udev 30 \
	"portctl send --check prints the SHA-256 of what the host has got"
send_check_prints_what_sha256sum_checks() {
	port_device $port
	head -c 30000 /dev/urandom >file
	host connect port=$port
	portctl send --check $port file >sum
	host recv port=$port length=30000
	base64 -d <<<"$(reply_field data)" >file
	sha256sum --strict -c sum || fail "$(<sum) is not of what came"
	run portctl send --check $port <file
	expect_status 0
	[[ $out == "$(sha256sum <file)" ]] || fail "it said $out"
}

declare_case send_check_waits_for_a_slow_host basic 60 \
	"portctl send --check fails when the host has not taken it in time, or left before"
send_check_waits_for_a_slow_host() {
	port_device $port
	head -c 300K /dev/zero >file # more than a socket takes
	host connect port=$port
	host pause port=$port
	run portctl send --check --timeout 0.3 $port file
	expect_status 1
	expect_err "wait for the host at '$port' to read"
	host disconnect port=$port
	wait_for 10 is_listed $port host_connected False
	host connect port=$port
	host pause port=$port
	start send --check $port file
	wait_for 20 is_in_call 74 # fsync
	host disconnect port=$port
	expect_said "the host left '$port' after 307200 bytes"
	! wait "$started" || fail "portctl send --check ends with 0"
}

declare_case send_shows_how_far_it_is basic 60 "portctl send --progress draws a bar"
send_shows_how_far_it_is() {
	port_device $port
	head -c 16M /dev/zero >file
	host connect port=$port
	host pause port=$port
	start send --progress $port file
	wait_for 20 is_in_call 232 # epoll_wait
	begun=$EPOCHSECONDS
	is_slow() { ((EPOCHSECONDS > begun + 1)); } # a bar is for what takes a second
	wait_for 10 is_slow
	host resume port=$port
	wait "$started" || fail "$(<said)"
	tr '\r' '\n' <said | tail -n 1 | grep -E '^\[#{24}\] 100 %  16.0 of 16.0 MiB, ' || fail "$(<said)"
}

declare_case exec_runs_a_program_on_the_port basic,udev,stock 30 \
	"portctl exec: what the host sends is its input, what it prints goes to the host"
exec_runs_a_program_on_the_port() {
	port_device $port
	start exec --connected $port -- sed -u 's/^/echo: /; /end/q7'
	wait_for 10 is_in_call 232 # epoll_wait
	host connect port=$port
	host exchange port=$port line=hello
	[[ $(reply_field line) == "echo: hello" ]] || fail "the host got $reply"
	host exchange port=$port line=end
	[[ $(reply_field line) == "echo: end" ]] || fail "the host got $reply"
	status=0
	wait "$started" || status=$?
	((status == 7)) || fail "exit status $status, not the program's 7"
}

declare_case exec_does_not_wait_by_itself basic,udev 30 \
	"portctl exec without --connected: while the host is away, input is at its end"
exec_does_not_wait_by_itself() {
	port_device $port
	run portctl exec $port -- sh -c 'read -r line; echo "read ends with $?" >&2'
	expect_status 0
	expect_err "read ends with 1"
	run portctl exec --connected --timeout 0.2 $port -- true
	expect_status 1
	expect_err "wait for the host"
}

declare_case exec_leaves_signals_to_the_program basic 30 \
	"portctl exec: a signal to it is the program's; its default ends it"
exec_leaves_signals_to_the_program() {
	port_device $port
	host connect port=$port
	start exec --connected $port -- sh -c 'trap "exit 9" USR1; echo ready; while read -r l; do :; done'
	host recv port=$port length=6
	kill -USR1 "$started"
	status=0
	wait "$started" || status=$?
	((status == 9)) || fail "exit status $status, not 9"
	start exec --connected $port -- cat
	host exchange port=$port line=hello
	kill "$started"
	status=0
	wait "$started" || status=$?
	((status == 143)) || fail "exit status $status, not 143"
}

declare_case exec_says_what_can_not_be_run basic 30 "portctl exec of no program, or none given"
exec_says_what_can_not_be_run() {
	port_device $port
	run portctl exec $port -- no-such-program
	expect_status 127
	expect_err "run 'no-such-program': No such file or directory"
	run portctl exec $port -- /
	expect_status 126
	expect_err "run '/'"
	run portctl exec $port
	expect_status 2
	expect_err "portctl exec [[]OPTIONS] PORT -- COMMAND"
}

declare_case an_unknown_name_gets_the_nearest basic,udev 30 \
	"an unknown port name is an error that names the nearest"
an_unknown_name_gets_the_nearest() {
	port_device $port
	run portctl cat org.gatehouse.tset.0
	expect_status 1
	expect_err "no port is named 'org.gatehouse.tset.0'"
	expect_err "did you mean '$port'"
}

declare_case a_busy_port_names_its_holder basic,udev 30 "a port that is busy: who holds it"
a_busy_port_names_its_holder() {
	exec 5<>"$(port_device $port)"
	run portctl cat $port
	expect_status 1
	expect_err "busy: portctl.sh (pid $$)"
}

declare_case a_busy_port_of_another_user basic 30 "a port that is busy: root sees who holds it"
a_busy_port_of_another_user() {
	port_device $port
	device=$(listed $port node) # by name, the driver's own where no udev runs
	exec 5<>"$device"
	chmod a+rw "$device"
	run setpriv --reuid=65534 --regid=65534 --clear-groups portctl cat $port 5>&-
	chmod a=,u=rw "$device"
	expect_status 1
	expect_err "another process has it open; root sees"
}

declare_case without_permission_it_says_so basic,udev 30 "a port that is root's: be root"
without_permission_it_says_so() {
	port_device $port
	run setpriv --reuid=65534 --regid=65534 --clear-groups portctl cat $port
	expect_status 1
	expect_err "permission denied"
}

declare_case a_wrong_verb_is_a_usage_error basic 30 "an unknown verb gets the nearest, exit status 2"
a_wrong_verb_is_a_usage_error() {
	run portctl lst
	expect_status 2
	expect_err list
}

declare_case wait_returns_when_the_port_comes basic,udev 30 "portctl wait: until a port is plugged"
wait_returns_when_the_port_comes() {
	start wait org.gatehouse.new.0
	wait_for 10 grep -q poll /proc/$started/wchan
	has_ended && fail "it did not wait: $(cat said)"
	host plug port=org.gatehouse.new.0
	wait_for 10 has_ended
	wait $started || fail "exit status $?: $(cat said)"
	run portctl info org.gatehouse.new.0
	expect_status 0
}

declare_case wait_returns_when_the_host_comes basic,udev 30 "portctl wait --connected"
wait_returns_when_the_host_comes() {
	start wait --connected $port
	wait_for 10 grep -q poll /proc/$started/wchan
	has_ended && fail "it did not wait: $(cat said)"
	host connect port=$port
	wait_for 10 has_ended
	wait $started || fail "exit status $?: $(cat said)"
	run portctl info $port
	expect_out "host_connected: yes"
}

declare_case info_counts_what_went_through basic 30 "portctl info has the driver's counters"
info_counts_what_went_through() {
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	before=$(portctl info $port | sed -n 's/^bytes_sent: //p')
	host connect port=$port
	echo hello | portctl send $port
	run portctl info $port
	expect_out "bytes_sent: $((before + 6))"
}

declare_case watch_tells_what_a_port_does basic,udev 60 \
	"portctl watch PORT tells connect, data, disconnect and unplug, each by its signal"
watch_tells_what_a_port_does() {
	port_device $port
	start watch --read $port
	expect_said "$port disconnected"
	host connect port=$port
	expect_said "$port connected \(POLL_OUT\)"
	host send port=$port data="$(base64 <<<hello)"
	expect_said "$port data 6 bytes \"hello.*\(POLL_IN\)"
	host disconnect port=$port
	expect_said "$port disconnected \(POLL_HUP\)"
	host unplug port=$port
	expect_said "$port unplugged"
	wait "$started" || fail "portctl watch ends with $?"
}

declare_case watch_leaves_the_data basic 30 \
	"portctl watch without --read says that there is data; a port named twice is one"
watch_leaves_the_data() {
	port_device $port
	start watch $port $port
	expect_said "$port disconnected"
	host connect port=$port
	expect_said "$port connected"
	host send port=$port data="$(base64 <<<hello)"
	expect_said "$port data pending"
	host unplug port=$port
	wait "$started" || fail "portctl watch ends with $?"
	(($(grep -c "$port unplugged" said) == 1)) || fail "$(<said)"
}

declare_case watch_as_json basic 30 "portctl watch --json prints an object a line"
watch_as_json() {
	port_device $port
	start watch --json --read $port
	expect_said disconnected
	host connect port=$port
	expect_said '"connected"'
	host send port=$port data="$(base64 <<<hello)"
	expect_said POLL_IN
	host unplug port=$port
	wait "$started" || fail "portctl watch ends with $?"
	[[ $(/usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    event = json.loads(line)
    print(event["port"], event["event"], event.get("bytes", ""), event.get("data", ""))' <said) == \
		"$port disconnected  "*"$port data 6 hello"*"$port unplugged  " ]] || fail "$(<said)"
}

declare_case watch_ends_in_time basic 30 "portctl watch --timeout ends by itself"
watch_ends_in_time() {
	port_device $port
	run portctl watch --timeout 0.2 $port
	expect_status 0
	expect_out "$port disconnected"
}

declare_case watch_tells_ports_that_come_and_go udev 60 \
	"portctl watch tells plug, connect, disconnect and unplug of any port, opening none"
watch_tells_ports_that_come_and_go() {
	device=$(port_device $port)
	start watch
	# It says nothing when it is ready: plug new ports until one is told.
	told() {
		n=$((n + 1))
		host plug port=org.gatehouse.new.$n
		wait_for 10 _find_port org.gatehouse.new.$n >/dev/null
		has_said "org.gatehouse.new.[0-9]+ plugged"
	}
	n=0
	wait_for 20 told
	host connect port=$port
	expect_said "$port connected"
	host disconnect port=$port
	expect_said "$port disconnected"
	: 5<>"$device"
	host unplug port=org.gatehouse.new.$n
	expect_said "org.gatehouse.new.$n unplugged"
}

declare_case bench_measures_a_port basic,udev 60 \
	"portctl bench: a row a size, of an echo and of a sink"
bench_measures_a_port() {
	port_device $port
	host connect port=$port
	host echo port=$port
	run portctl bench --seconds 0.1 $port
	expect_status 0
	[[ $(awk 'NR > 1 && $2 >= 0 && $3 > 0 && $4 > 0 && $5 >= $4 { print $1 }' <<<"$out" | xargs) == \
		"1 64 512 4096 65536" ]] || fail "$out"
	host discard port=$port
	run portctl bench --sink --json --seconds 0.1 $port
	expect_status 0
	[[ $(/usr/bin/python3 -c '
import json, sys
print(*[row["size"] for row in json.load(sys.stdin) if row["round_trip_us"] is None])' <<<"$out") == \
		"1 64 512 4096 65536" ]] || fail "$out"
}

declare_case bench_says_what_the_host_must_run basic 30 "portctl bench of a host that is no echo"
bench_says_what_the_host_must_run() {
	port_device $port
	host connect port=$port
	run portctl bench $port
	expect_status 1
	expect_err "nothing comes back from '$port': on the host, 'socat UNIX-CONNECT:PATH EXEC:cat'"
}

main "$@"
