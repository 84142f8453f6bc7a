# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kernel log must not contain.

PATTERN is an extended regular expression that bash's =~ and Python's re read alike: the guest
looks after each test whether to go on in this boot, the host decides the verdict.
"""

import re

WORDS = (
    "kernel BUG at",
    "WARNING:",
    "BUG:",
    "Oops:",
    "possible recursive locking",
    "INFO: suspicious RCU usage",
    "possible circular locking",
    "general protection fault",
    "UBSAN:",
    "unreferenced object",
    "inconsistent lock state",
    "blocked for more than",
    "Kernel panic",
)
PATTERN = "|".join(WORDS)
_EXPRESSION = re.compile(PATTERN)
_CONTEXT = 24


def find(lines: list[str]) -> list[str]:
    """The first splat with the lines that follow it, or nothing."""
    for number, line in enumerate(lines):
        if _EXPRESSION.search(line):
            return lines[number:number + _CONTEXT]
    return []


def kmsg_text(raw: str) -> list[str]:
    """Records as read from /dev/kmsg, as the lines that dmesg prints."""
    lines = []
    for record in raw.splitlines():
        if record.startswith(" "):      # dictionary of the record before it
            continue
        header, _, text = record.partition(";")
        try:
            stamp = int(header.split(",")[2])
        except (IndexError, ValueError):
            lines.append(record)
            continue
        lines.append(f"[{stamp / 1e6:12.6f}] {text}")
    return lines
