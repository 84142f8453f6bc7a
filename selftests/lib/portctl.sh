# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced after test.sh by tests of portctl: it runs beside the test, which sees what it says.

port=org.gatehouse.test.0

# A value of one port in the list, as Python prints it.
listed() { # name key
	portctl list --json | /usr/bin/python3 -c '
import json, sys
for port in json.load(sys.stdin):
    if port["name"] == sys.argv[1]:
        print(port[sys.argv[2]])' "$1" "$2"
}

is_listed() { # name key value
	[[ $(listed "$1" "$2") == "$3" ]]
}

# Start a portctl; what it says goes to ./said.
start() { # arguments...
	portctl "$@" >said 2>&1 &
	started=$!
	trap 'kill $started 2>/dev/null && wait $started || true' EXIT
}

# Is the program we started in this system call?
is_in_call() { # number
	[[ $(</proc/"$started"/syscall) == "$1 "* ]]
}

has_said() { # pattern
	grep -qE "$1" said
}

expect_said() { # pattern
	wait_for 10 has_said "$1"
}

has_ended() {
	! kill -0 "$started" 2>/dev/null
}

# How the program we started must end.
expect_end() { # exit status
	local status=0
	wait_for 10 has_ended
	wait "$started" || status=$?
	((status == $1)) || fail "exit status $status, not $1: $(<said)"
}

# The host gets exactly this line.
expect_line() { # port text
	host recv port="$1" length=$((${#2} + 1))
	[[ $(base64 -d <<<"$(reply_field data)") == "$2" ]] || fail "the host got $reply"
}
