#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The SPICE guest agent's daemon, Debian's program as it is, over our driver.

. "${BASH_SOURCE%/*}/../lib/test.sh"

declare_case vdagentd_announces_itself_and_moves_the_mouse udev 60 \
	"spice-vdagentd tells its capabilities and follows the mouse, also for the next host"
vdagentd_announces_itself_and_moves_the_mouse() {
	daemon=$GATEHOUSE_CACHE/tools/spice-vdagent/usr/sbin/spice-vdagentd
	[[ -x $daemon ]] || fail "$daemon is missing: run scripts/setup"
	wait_for 10 test -e /dev/virtio-ports/com.redhat.spice.0
	/usr/bin/python3 -B "$GATEHOUSE_SOURCE/selftests/virtio_serial/spice.py" "$daemon" \
		/dev/virtio-ports/com.redhat.spice.0
}

main "$@"
