#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# freezectl, as an administrator and her scripts use it.
. "${BASH_SOURCE%/*}/../lib/test.sh"

# A filesystem at /run/frozen/NAME, whose file lies in FOLDER (in memory). What is frozen at the end
# of the case is thawed, and what is mounted goes.
make_filesystem() { # name [folder]
	local folder=${2:-/run/images}
	trap clean_up EXIT
	mkdir -p "$folder" "/run/frozen/$1"
	truncate -s 8M "$folder/$1.img"
	mkfs.ext4 -q -F "$folder/$1.img"
	mount -o loop "$folder/$1.img" "/run/frozen/$1"
}

clean_up() {
	local mount
	freezectl thaw-all
	# The last first: it may lie on those before.
	for mount in $(grep -o ' /run/frozen/[a-z]* ' /proc/self/mounts | tac); do
		while fsfreeze -u "$mount" 2>/dev/null; do :; done
		umount -l "$mount"
	done
	rm -rf /run/images
}

state_of() { # mount
	freezectl status "$1" | awk 'NR == 2 { print $3 }'
}

is_state() { # mount state
	[[ $(state_of "$1") == "$2" ]]
}

expect_state() { # mount state
	is_state "$1" "$2" || fail "$1 is $(state_of "$1"), not $2"
}

# Errors are one line, or scripts can't tell them apart.
expect_one_line() {
	[[ $err && $err != *$'\n'* ]] || fail "not one line: $err"
}

# Before 6.6 a foreign FITHAW thaws.
is_robbable() {
	[[ $GATEHOUSE_KERNEL == 6.1 || $GATEHOUSE_KERNEL == 6.1-* ]]
}

# Starts it in the background, and returns when the filesystem is frozen: $holder, its output in
# the file held.
start() { # mount command...
	local mount=$1
	shift
	"$@" >held 2>&1 &
	holder=$!
	wait_for 10 is_state "$mount" frozen
}

# The end of it: $status.
end_of() { # pid
	status=0
	wait "$1" || status=$?
}

declare_case run_freezes_while_the_command_runs basic 30 \
	"the command sees it frozen, its status is run's, afterwards it is thawed"
run_freezes_while_the_command_runs() {
	make_filesystem a
	run freezectl run /run/frozen/a -- sh -c 'freezectl status /run/frozen/a; cat; exit 7' <<<input
	expect_status 7
	expect_out "frozen"
	expect_out "input"
	[[ ! $err ]] || fail "it said $err"
	expect_state /run/frozen/a thawed
	touch /run/frozen/a/file
	run freezectl run /run/frozen/a -- sh -c 'kill -USR1 $$'
	expect_status $((128 + 10))
}

declare_case run_tells_that_the_deadline_came basic 30 \
	"a command that writes to what is frozen goes on at the deadline, and run ends with 125"
run_tells_that_the_deadline_came() {
	make_filesystem a
	run freezectl run --timeout 300ms /run/frozen/a -- touch /run/frozen/a/file
	expect_status 125
	expect_err "the freeze was lost: its deadline came"
	expect_one_line
	[[ -e /run/frozen/a/file ]] || fail "the command did not go on"
	expect_state /run/frozen/a thawed
}

declare_case what_can_not_be_run_freezes_nothing basic 30 \
	"126 and 127 as the shell has them, and no event of a freeze"
what_can_not_be_run_freezes_nothing() {
	make_filesystem a
	freezectl monitor >events &
	local monitor=$!
	run freezectl run /run/frozen/a -- no-such-command
	expect_status 127
	expect_err "no-such-command"
	expect_one_line
	run freezectl run /run/frozen/a -- /run/frozen
	expect_status 126
	expect_err "/run/frozen"
	expect_one_line
	run freezectl run /run/frozen/a --
	expect_status 2
	kill "$monitor"
	end_of "$monitor"
	[[ ! -s events ]] || fail "there was $(<events)"
}

declare_case a_wrong_timeout_is_told_with_the_limits basic 30 \
	"zero, negative, empty, no number, no unit, too long"
a_wrong_timeout_is_told_with_the_limits() {
	local timeout
	make_filesystem a
	for timeout in 0 0s 0ms -1s "" 5 x 3x 1.5s 601s 99999999999999999999s 4294967296ms; do
		run freezectl run "--timeout=$timeout" /run/frozen/a -- true
		expect_status 2
		expect_err "timeout"
		[[ ! $timeout ]] || expect_err "1ms to 600000ms"
		expect_one_line
	done
	run freezectl run --timeout 10min /run/frozen/a -- true
	expect_status 0
}

declare_case output_to_what_is_frozen_is_refused basic 30 \
	"standard output or error there, but not a working directory or input"
output_to_what_is_frozen_is_refused() {
	make_filesystem a
	cd /run/frozen/a
	echo data >input
	status=0
	freezectl run /run/frozen/a -- echo well >output 2>/run/stderr || status=$?
	err=$(</run/stderr)
	expect_status 1
	expect_err "standard output is a file on '/run/frozen/a'"
	expect_one_line
	[[ ! -s output ]] || fail "the command has run"
	status=0
	freezectl hold /run/frozen/a 2>>output || status=$?
	expect_status 1
	grep -q "standard error" output || fail "it said $(<output)"
	out=$(freezectl run /run/frozen/a -- cat <input)
	[[ $out == data ]] || fail "no input: $out"
	cd /
}

declare_case the_freeze_ends_with_freezectl basic 60 \
	"by SIGTERM, which the command gets, too, and by SIGKILL of freezectl alone"
the_freeze_ends_with_freezectl() {
	make_filesystem a
	start /run/frozen/a freezectl run /run/frozen/a -- sh -c 'trap "echo told" TERM; sleep 1000 & wait'
	kill -TERM "$holder"
	end_of "$holder"
	expect_status $((128 + 15))
	wait_for 10 is_state /run/frozen/a thawed
	wait_for 10 grep -q told held
	start /run/frozen/a freezectl run /run/frozen/a -- sleep 1000
	kill -KILL "$holder"
	end_of "$holder"
	wait_for 10 is_state /run/frozen/a thawed
	pkill -f "sleep 1000"
}

declare_case hold_holds_until_it_is_interrupted basic 30 "and thaws then, with success"
hold_holds_until_it_is_interrupted() {
	local signal
	make_filesystem a
	for signal in INT TERM HUP; do
		start /run/frozen/a env --default-signal=INT freezectl hold /run/frozen/a
		[[ $(<held) == frozen ]] || wait_for 10 grep -qx frozen held
		kill -$signal "$holder"
		end_of "$holder"
		expect_status 0
		expect_state /run/frozen/a thawed
	done
}

declare_case thaw_all_ends_each_freeze basic 30 "the holders end with 125"
thaw_all_ends_each_freeze() {
	local first
	make_filesystem a
	make_filesystem b
	start /run/frozen/a freezectl hold /run/frozen/a
	first=$holder
	start /run/frozen/b freezectl run /run/frozen/b -- sh -c 'until touch /run/frozen/b/x; do :; done'
	run freezectl thaw-all
	expect_status 0
	expect_state /run/frozen/a thawed
	expect_state /run/frozen/b thawed
	end_of "$first"
	expect_status 125
	end_of "$holder"
	expect_status 125
	grep -q "the freeze was lost: all freezes were ended" held || fail "it said $(<held)"
}

declare_case a_foreign_thaw_is_told basic 30 \
	"run ends with 125 where FITHAW thaws it, which it does not on later kernels"
a_foreign_thaw_is_told() {
	make_filesystem a
	run freezectl run /run/frozen/a -- fsfreeze -u /run/frozen/a
	if is_robbable; then
		expect_status 125
		expect_err "the freeze was lost: somebody else has thawed"
		expect_one_line
	else
		((status != 125)) || fail "it was lost: $err"
	fi
	expect_state /run/frozen/a thawed
}

declare_case the_guard_keeps_others_from_thawing basic 30 "whatever FITHAW says, the freeze holds"
the_guard_keeps_others_from_thawing() {
	make_filesystem a
	run freezectl run --guard /run/frozen/a -- \
		sh -c 'fsfreeze -u /run/frozen/a; freezectl status /run/frozen/a'
	expect_status 0
	expect_out "frozen"
	! is_robbable || expect_err "Device or resource busy"
	expect_state /run/frozen/a thawed
	fsfreeze -f /run/frozen/a
	fsfreeze -u /run/frozen/a || fail "the guard is still there"
}

declare_case the_freeze_of_another_is_never_thawed basic 30 \
	"one that came first: run fails, or later kernels nest"
the_freeze_of_another_is_never_thawed() {
	make_filesystem a
	fsfreeze -f /run/frozen/a
	run freezectl run /run/frozen/a -- true
	if is_robbable; then
		expect_status 1
		expect_err "'/run/frozen/a'"
		expect_one_line
	else
		expect_status 0
	fi
	expect_state /run/frozen/a frozen
	fsfreeze -u /run/frozen/a
	expect_state /run/frozen/a thawed
}

declare_case plan_orders_a_stack basic 60 \
	"a loop filesystem comes before the one that its file lies on, through an overlay, too"
plan_orders_a_stack() {
	make_filesystem a
	mkdir /run/frozen/a/upper /run/frozen/a/work /run/frozen/over
	mount -t overlay -o "lowerdir=/run/images,upperdir=/run/frozen/a/upper,workdir=/run/frozen/a/work" \
		none /run/frozen/over
	truncate -s 64M /run/frozen/over/big
	make_filesystem b /run/frozen/over
	make_filesystem c /run/frozen/b
	run freezectl plan /run/frozen/a /run/frozen/c /run/frozen/b
	expect_status 0
	[[ $out == $'/run/frozen/c\n/run/frozen/b\n/run/frozen/a' ]] || fail "it said $out"
	run freezectl run --timeout 20s /run/frozen/a /run/frozen/b /run/frozen/c -- \
		freezectl status /run/frozen/a /run/frozen/b /run/frozen/c
	expect_status 0
	(($(grep -c frozen' ' <<<"$out") == 3)) || fail "not all are frozen: $out"
	run freezectl plan /run/frozen/over
	expect_status 1
	expect_err "freeze the filesystem of its upper directory '/run/frozen/a/upper'"
}

declare_case what_is_hidden_is_not_planned basic 30 "a mount point that another is mounted over"
what_is_hidden_is_not_planned() {
	make_filesystem a
	run freezectl plan
	expect_out "/run/frozen/a"
	mount -t tmpfs none /run/frozen/a
	run freezectl plan
	[[ $out != *"/run/frozen/a"* ]] || fail "it said $out"
	run freezectl
	[[ $out != *"/run/frozen/a"* ]] || fail "it said $out"
	umount /run/frozen/a
}

declare_case what_is_no_set_is_an_error basic 30 \
	"no mount point, one filesystem twice, no freeze, no privileges: each names the path"
what_is_no_set_is_an_error() {
	make_filesystem a
	mkdir -p /run/frozen/bind
	mount --bind /run/frozen/a /run/frozen/bind
	run freezectl run /run/frozen/a/lost+found -- true
	expect_status 1
	expect_err "'/run/frozen/a/lost+found' is no mount point: it lies on '/run/frozen/a'"
	expect_one_line
	run freezectl run /run/frozen/a /run/frozen/bind -- true
	expect_status 1
	expect_err "'/run/frozen/a' and '/run/frozen/bind' are one filesystem"
	expect_one_line
	run freezectl run /run/frozen/a /proc -- true
	expect_status 1
	expect_err "'/proc' can't be frozen: a filesystem of type proc has no freeze"
	expect_one_line
	run freezectl run /run/nowhere -- true
	expect_status 1
	expect_err "/run/nowhere"
	expect_one_line
	run setpriv --reuid 65534 --clear-groups freezectl run /run/frozen/a -- true
	expect_status 1
	expect_err "freeze '/run/frozen/a': Operation not permitted"
	expect_one_line
	expect_state /run/frozen/a thawed
}

# The value of a key of a filesystem's object.
json_of() { # mount key
	freezectl status --json | python3 -c '
import json, sys
mount, key = sys.argv[1:]
row, = (row for row in json.load(sys.stdin) if row["mount"] == mount)
print(json.dumps(row[key]))' "$1" "$2"
}

declare_case status_says_who_has_frozen_what basic 60 "two holders, FIFREEZE, how long"
status_says_who_has_frozen_what() {
	local first
	make_filesystem a
	start /run/frozen/a freezectl hold --timeout 1min /run/frozen/a
	first=$holder
	freezectl hold --timeout 10min /run/frozen/a >second &
	wait_for 10 grep -q frozen second
	run freezectl
	expect_out "/run/frozen/a  ext4  frozen  2        no"
	expect_out "freezectl($first),freezectl($!)"
	[[ $(json_of /run/frozen/a state) == '"frozen"' ]] || fail "$(json_of /run/frozen/a state)"
	(($(json_of /run/frozen/a remaining_ms) > 60000)) || fail "not the longer time"
	[[ $(json_of /run/frozen/a who) == *"\"pid\": $first,"* ]] || fail "$(json_of /run/frozen/a who)"
	kill "$first" $!
	end_of $!
	end_of "$first"
	fsfreeze -f /run/frozen/a
	[[ $(json_of /run/frozen/a foreign) == true ]] || fail "not foreign"
	[[ $(json_of /run/frozen/a who) == "[]" ]] || fail "somebody"
	fsfreeze -u /run/frozen/a
	[[ $(json_of /run/frozen/a foreign) == false ]] || fail "still foreign"
}

declare_case monitor_needs_no_privileges basic 60 "an event a line as it happens, and why"
monitor_needs_no_privileges() {
	local monitor
	make_filesystem a
	setpriv --reuid 65534 --clear-groups freezectl monitor --json >>events &
	monitor=$!
	# There is no event of the monitor's own: until the first is seen.
	until grep -q . events; do
		freezectl run /run/frozen/a -- true
	done
	: >events
	freezectl run /run/frozen/a -- true
	wait_for 10 grep -q '"event":"thaw","mount":"/run/frozen/a"' events
	grep -q '"event":"freeze","mount":"/run/frozen/a"' events || fail "$(<events)"
	start /run/frozen/a freezectl hold /run/frozen/a
	freezectl thaw-all
	wait_for 10 grep -q '"event":"lost","mount":"/run/frozen/a".*"why":"all freezes' events
	kill "$monitor"
	end_of "$monitor"
	expect_status 0
	python3 -c 'import json; [json.loads(line) for line in open("events")]'
}

declare_case a_freeze_that_takes_long_is_told dm 60 "how far it is, each second; not with --quiet"
a_freeze_that_takes_long_is_told() {
	local loop
	export DM_DISABLE_UDEV=1
	make_filesystem a
	umount /run/frozen/a
	loop=$(losetup -f --show /run/images/a.img)
	echo "0 16384 linear $loop 0" | dmsetup create slow
	mount /dev/mapper/slow /run/frozen/a
	dmsetup suspend --noflush --nolockfs slow
	freezectl hold /run/frozen/a 2>said >held &
	wait_for 20 grep -q "freezectl: 0 of 1 filesystems are frozen after" said
	dmsetup resume slow
	wait_for 20 grep -qx frozen held
	kill $!
	end_of $!
	expect_status 0
	umount /run/frozen/a
	dmsetup remove slow
	losetup -d "$loop"
}

main "$@"
