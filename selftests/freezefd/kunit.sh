#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The KUnit suites of freezefd.

. "${BASH_SOURCE%/*}/../lib/test.sh"
. "${BASH_SOURCE%/*}/../lib/kunit.sh"

declare_kunit_cases freezefd
main "$@"
