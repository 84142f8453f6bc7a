# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kernel log must not contain, and what each finding is called.

PATTERN is an extended regular expression that bash's =~ and Python's re read alike: the guest
looks after each test whether to go on in this boot, the host decides the verdict. A splat is cut
out whole, from its headline (and the rule or the message above it) to the line that ends it.
"""

import re
from dataclasses import dataclass

# Words in a headline, and what a person calls it. The first that fits counts, so the words that
# many kinds share are at the end; these keep what the kernel says.
LEAK = "unreferenced object"
_LINES = {                              # these are all that is said
    "gatehouse: lockdep is off": "lockdep is off: a report or a taint ended it",
    "gatehouse: tainted": "a report that is lost has tainted the kernel",
    "Kernel memory leak detector disabled": "kmemleak has switched itself off",
    "DMA-API: debugging out of memory": "DMA debugging has switched itself off",
    "ODEBUG disabled": "object debugging has switched itself off",
}
KINDS = {
    "BUG: KASAN:": "",
    "UBSAN:": "",
    LEAK: "memory leak (kmemleak)",
    "possible circular locking": "lock order (lockdep)",
    "possible recursive locking": "lock taken twice (lockdep)",
    "possible irq lock inversion": "lock order with interrupts (lockdep)",
    "inconsistent lock state": "lock of interrupts taken with interrupts on (lockdep)",
    "Invalid wait context": "sleeping lock inside a spinlock (lockdep)",
    "suspicious RCU usage": "RCU without its lock (lockdep)",
    **_LINES,
    "sleeping function called from invalid context": "sleep in atomic context",
    "scheduling while atomic": "sleep in atomic context",
    "kernel NULL pointer dereference": "NULL pointer",
    "unable to handle page fault": "bad pointer",
    "general protection fault": "bad pointer",
    "blocked for more than": "hung task",
    "kernel BUG at": "",
    "Oops:": "",
    "Kernel panic": "",
    "WARNING:": "",
    "BUG:": "",
}
PATTERN = "|".join(KINDS)
_EXPRESSION = re.compile(PATTERN)
_STAMP = re.compile(r"^\[ *\d+\.\d+\](\[ *[CT]\d+\])? ?")
_RULE = re.compile(r"^=+$")
_CUT = "[ cut here ]"
_UNENDED = 100                          # lines to take of one whose end is not there
_NEAR = 4                               # lines a message may be above its headline


@dataclass
class Splat:
    """kind: what it is, for a person; where: the line of ours it leads to, when known."""

    kind: str
    lines: list[str]
    where: str = ""

    @property
    def is_leak(self) -> bool:
        return self.kind.startswith(KINDS[LEAK])

    @property
    def title(self) -> str:
        return f"{self.kind}: {self.where}" if self.where else self.kind


def find(lines: list[str]) -> list[Splat]:
    """All splats, in their order."""
    found = []
    after = 0
    for number, line in enumerate(lines):
        if number < after or not (match := _EXPRESSION.search(line)):
            continue
        start = _start(lines, number, after)
        after = _end(lines, number, match[0])
        found.append(Splat(_kind(lines[start:number + 2], number - start), lines[start:after]))
    return found


def _text(line: str) -> str:
    return _STAMP.sub("", line).strip()


def _kind(head: list[str], number: int) -> str:
    """head: the lines from the start to the one after the headline, which has this number."""
    line = _text(head[number])
    if "KASAN: null-ptr-deref" in head[-1]:
        return KINDS["kernel NULL pointer dereference"]
    if name := next(name for key, name in KINDS.items() if key in line):
        return name
    if "BUG: KASAN:" in line:
        return "KASAN " + line.split("KASAN:", 1)[1].split(" in ")[0].strip()
    if _CUT in head[0] and number > 1:  # WARN() with a message
        return f"WARNING: {_text(head[1])}"
    return line


def _start(lines: list[str], number: int, after: int) -> int:
    """The rule or the `cut here` above a headline."""
    for above in range(number - 1, max(after, number - _NEAR) - 1, -1):
        text = _text(lines[above])
        if _CUT in text or _RULE.match(text):
            return above
    return number


def _end(lines: list[str], number: int, word: str) -> int:
    """One past the last line."""
    if word == LEAK:
        ends = (lambda text: LEAK in text), 0
    elif word in ("BUG: KASAN:", "UBSAN:"):
        ends = _RULE.match, 1
    elif word in _LINES:
        return number + 1
    else:
        ends = re.compile(r"</TASK>$|---\[ end ").search, 1
    for below in range(number + 1, len(lines)):
        if ends[0](_text(lines[below])):
            return below + ends[1]
    for below in range(number + 1, min(len(lines), number + _UNENDED)):
        if _EXPRESSION.search(lines[below]):
            return below
    return min(len(lines), number + _UNENDED)


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
        lines += [f"[{stamp / 1e6:12.6f}] {part}" for part in text.split("\\x0a")]
    return lines
