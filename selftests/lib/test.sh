# SPDX-License-Identifier: GPL-2.0-or-later
# Tests in bash. A test program sources this file, declares its cases, and ends with `main "$@"`:
#
#	. "${BASH_SOURCE%/*}/../lib/test.sh"
#	declare_case greets_the_host basic 10 "a line written to the port arrives on the host"
#	greets_the_host() {
#		host connect port=org.gatehouse.test.0
#		echo hello >"$(port_device org.gatehouse.test.0)"
#		host recv port=org.gatehouse.test.0
#		[[ $(base64 -d <<<"$(reply_field data)") == hello ]] || fail "other bytes came"
#	}
#	main "$@"
#
# A case runs in a shell of its own with -e; what fails is told with its line. One that needs the
# debug kernel is declared `only`; one that it is too slow for, `slow: ` with the reason.

_cases=()

declare_case() { # name topology[,topology] deadline description [only|"slow: reason"]
	_cases+=("$1"$'\t'"$2"$'\t'"$3"$'\t'"${5:--}"$'\t'"$4")
}

fail() {
	echo "# FAIL: $*"
	exit 1
}

skip() { # what is missing
	echo "# SKIP $*"
	exit 4
}

# Run a command and keep what it says: $status, $out, $err.
run() { # command...
	status=0
	out=$("$@" 2>"stderr.$$") || status=$?
	err=$(<"stderr.$$")
}

# What the last run must have done. Patterns are those of [[ == ]], found anywhere in the text.
expect_status() { # number
	((status == $1)) || fail "exit status is $status, not $1; it said: $out $err"
}

expect_out() { # pattern
	# shellcheck disable=SC2053 # a pattern
	[[ $out == *$1* ]] || fail "no '$1' in its output: $out"
}

expect_err() { # pattern
	# shellcheck disable=SC2053 # a pattern
	[[ $err == *$1* ]] || fail "no '$1' in its errors: $err"
}

# Call the runner on the host (Documentation/testing.md lists the calls): arguments are KEY=VALUE,
# numbers, true and false go as such, all else as strings. The reply is left in $reply; a refusal
# fails the test unless the call is made as `host_try`.
host() {
	host_try "$@" || fail "host $*: $reply"
}

host_try() { # call key=value...
	local request="{\"call\":\"$1\"" tag=$RANDOM entry value host_line
	shift
	for entry in "$@"; do
		value=${entry#*=}
		if ! [[ $value =~ ^(-?[0-9]+(\.[0-9]+)?|true|false|null|\[.*\]|\{.*\})$ ]]; then
			value=${value//\\/\\\\}
			value="\"${value//\"/\\\"}\""
		fi
		request+=",\"${entry%%=*}\":$value"
	done
	exec {host_line}<>"$GATEHOUSE_HOST"
	flock "$host_line"
	printf '%s,"tag":%d}\n' "$request" "$tag" >&"$host_line"
	while read -r -u "$host_line" reply; do
		[[ $reply == *"\"tag\": $tag"[,}]* ]] && break
	done
	exec {host_line}>&-
	[[ $reply == *'"ok": true'* ]]
}

# A field of the last reply, when it is a plain string or a number.
reply_field() { # name
	[[ $reply =~ \"$1\":\ \"?([^\",}]*) ]] && echo "${BASH_REMATCH[1]}"
}

# Wait until a command succeeds; longer on a debug kernel.
wait_for() { # seconds command...
	local end=$((SECONDS + $1 * ${GATEHOUSE_PATIENCE:-1}))
	shift
	until "$@"; do
		((SECONDS < end)) || fail "not within the time: $*"
		sleep 0.05
	done
}

# The device of a named port; waits for it.
port_device() { # name
	wait_for 10 _find_port "$1" >/dev/null
	echo "/dev/$(_find_port "$1")"
}

_find_port() {
	local file name
	for file in /sys/class/virtio-ports/*/name; do
		[[ -e $file ]] && read -r name <"$file" && [[ $name == "$1" ]] || continue
		file=${file%/name}
		echo "${file##*/}"
		return
	done
	return 1
}

main() {
	if [[ $1 == --list ]]; then
		printf '%s\n' "${_cases[@]}"
		return
	fi
	[[ $1 && $(declare -F "$1") ]] || { echo "no case '$1': see --list" >&2; exit 2; }
	set -eE
	trap 'echo "# FAIL: ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR
	"$1"
}
