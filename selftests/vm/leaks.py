# SPDX-License-Identifier: GPL-2.0-or-later
"""What kmemleak reports, as splats that name the test in which the memory was taken.

kmemleak tells for each object the jiffies of its allocation; the guest notes the jiffies before
it loads modules and at the begin of each test. What is older was lost by the kernel's own boot.
"""

import re

from . import splat
from .splat import Splat

_JIFFIES = re.compile(r"jiffies (\d+)")
_OBJECT = re.compile(r"unreferenced object 0x\w+ \(size (\d+)\)")
_TRACE = "  backtrace"


def find(report: str, begins: str) -> list[tuple[Splat, str]]:
    """Leaks and the id of the test each is from ("" when it was none). report: the text of
    /sys/kernel/debug/kmemleak; begins: lines of JIFFIES ID, in their order. Objects that were
    allocated at one place during one test are one leak."""
    times = [(int(jiffies), name) for jiffies, _, name in
             (line.partition(" ") for line in begins.splitlines()) if jiffies.isdigit()]
    leaks: dict[tuple[str, str], Splat] = {}
    sizes: dict[tuple[str, str], list[int]] = {}
    for leak in splat.find(report.splitlines()):
        text = "\n".join(leak.lines)
        taken = _JIFFIES.search(text)
        began = [name for start, name in times if taken and start <= int(taken[1])]
        if times and not began:
            continue
        key = (text.partition(_TRACE)[2], began[-1] if began else "")
        leaks.setdefault(key, leak)
        size = _OBJECT.search(text)
        sizes.setdefault(key, []).append(int(size[1]) if size else 0)
    for key, leak in leaks.items():
        leak.kind += f" of {_sum(sizes[key])}"
    return [(leak, test) for (_, test), leak in leaks.items()]


def _sum(sizes: list[int]) -> str:
    return f"{sizes[0]} bytes" if len(sizes) == 1 else f"{sum(sizes)} bytes in {len(sizes)} objects"
