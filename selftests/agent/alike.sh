#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Our agent and Debian's on the same random requests.

. "${BASH_SOURCE%/*}/../lib/test.sh"

declare_case random_requests_are_answered_alike basic 120 \
	"whatever a host sends, both agents answer the same, byte for byte"
random_requests_are_answered_alike() {
	theirs=$GATEHOUSE_CACHE/tools/qemu-guest-agent/usr/sbin/qemu-ga
	[[ -x $theirs ]] || fail "$theirs is missing: run scripts/setup"
	/usr/bin/python3 -B "$GATEHOUSE_SOURCE/selftests/agent/alike.py" \
		"${AGENT_SEED:-1}" 1000 "$GATEHOUSE_BIN/gatehouse-agent" "$theirs"
}

main "$@"
