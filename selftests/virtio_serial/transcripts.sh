#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the documents show is what happens.

. "${BASH_SOURCE%/*}/../lib/test.sh"

replay() { # page
	port_device org.gatehouse.test.1
	/usr/bin/python3 -B "$GATEHOUSE_SOURCE/selftests/virtio_serial/transcript.py" \
		"$GATEHOUSE_SOURCE/Documentation/$1" "$GATEHOUSE_TOPOLOGY"
}

declare_case portctl_md_shows_what_happens udev,stock 120 \
	"the commands of Documentation/portctl.md print what stands below them"
portctl_md_shows_what_happens() {
	if [[ $GATEHOUSE_TOPOLOGY == stock ]]; then
		insmod "$GATEHOUSE_MODULES/virtio_serial.ko"
		trap 'portctl giveback; rmmod virtio_serial' EXIT
	fi
	replay portctl.md
}

main "$@"
