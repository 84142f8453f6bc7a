# SPDX-License-Identifier: GPL-2.0-or-later
"""What kmemleak reports, as splats that name the test in which the memory was taken.

kmemleak tells for each object the jiffies of its allocation; the guest notes the jiffies before
it loads modules and at the begin of each test. What is older was lost by the kernel's own boot.
"""

import re
from collections import defaultdict

from . import splat
from .splat import Splat

_JIFFIES = re.compile(r"jiffies (\d+)")
_OBJECT = re.compile(r"unreferenced object 0x\w+ \(size (\d+)\)")
_TRACE = "  backtrace"
# Not ours: on 6.1 class_register() keeps the name of a class that it fails to register.
_KERNELS_OWN = re.compile(r" kobject_set_name\+.*\n.* __class_register\+")


def find(report: str, begins: str) -> list[tuple[Splat, list[str]]]:
    """Leaks and the ids of the tests that each is from. report: the text of
    /sys/kernel/debug/kmemleak; begins: lines of JIFFIES ID, in their order, the first without an
    ID. Objects that were allocated by one backtrace are one leak."""
    times = [(int(jiffies), name) for jiffies, _, name in
             (line.partition(" ") for line in begins.splitlines()) if jiffies.isdigit()]
    leaks: dict[str, Splat] = {}
    sizes: dict[str, list[int]] = defaultdict(list)
    tests: dict[str, list[str]] = defaultdict(list)
    for leak in splat.find(report.splitlines()):
        text = "\n".join(leak.lines)
        taken = _JIFFIES.search(text)
        began = [name for start, name in times if taken and start <= int(taken[1])]
        if (times and not began) or _KERNELS_OWN.search(text):
            continue
        trace = text.partition(_TRACE)[2]
        leaks.setdefault(trace, leak)
        size = _OBJECT.search(text)
        sizes[trace].append(int(size[1]) if size else 0)
        tests[trace] += [name for name in began[-1:] if name and name not in tests[trace]]
    for trace, leak in leaks.items():
        leak.kind += f" of {_sum(sizes[trace])}"
    return [(leak, tests[trace]) for trace, leak in leaks.items()]


def _sum(sizes: list[int]) -> str:
    return f"{sizes[0]} bytes" if len(sizes) == 1 else f"{sum(sizes)} bytes in {len(sizes)} objects"
