# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a module's code the calls have reached, from the points that `stress` wrote.

The compiler has put a call of __sanitizer_cov_trace_pc at each branch of the module's code; the
kernel records where these calls return to. What runs once, when the module comes and goes, does
not count.
"""

import re
import subprocess
from bisect import bisect_right
from collections import Counter
from pathlib import Path

_CALL = 4                               # bytes from the operand of a call to where it returns
_SECTIONS = (".text", ".text.unlikely")
_SECTION = re.compile(r"^Relocation section '\.rela(\.\S+)'")
_TRACE = re.compile(r"^(\w+) .*__sanitizer_cov_trace_pc")
_FUNCTION = re.compile(r"^ *\d+: (\w+) +\S+ FUNC +\w+ +\w+ +(\d+) (\S+)$")
_SECTION_ROW = re.compile(r"^  \[ *(\d+)\] (\S+) ")

Point = tuple[str, int]                 # section, offset


class Code:
    """The instrumented code of one .ko file."""

    def __init__(self, module: Path) -> None:
        text = subprocess.run(["readelf", "-SsrW", module], capture_output=True, text=True,
                              check=True).stdout
        sections: dict[str, str] = {}
        self._functions: list[tuple[str, int, str]] = []
        self._points: list[Point] = []
        section = ""
        for line in text.splitlines():
            if match := _SECTION_ROW.match(line):
                sections[match[1]] = match[2]
            elif match := _SECTION.match(line):
                section = match[1]
            elif (match := _TRACE.match(line)) and section in _SECTIONS:
                self._points.append((section, int(match[1], 16) + _CALL))
            elif match := _FUNCTION.match(line):
                self._functions.append((sections[match[2]], int(match[1], 16), match[3]))
        self._functions.sort()

    def _function(self, point: Point) -> str:
        index = bisect_right(self._functions, (*point, "")) - 1
        return self._functions[index][2]

    def report(self, points: str) -> tuple[str, list[str]]:
        """A summary, and a line for each function."""
        reached = _reached(points)
        total = Counter(self._function(point) for point in self._points)
        found = Counter(self._function(point) for point in self._points if point in reached)
        functions = [f"{found[name]:5} of {total[name]:4}  {name}" for name in sorted(total)]
        count, every = sum(found.values()), sum(total.values())
        return (f"reached {count} of {every} branches ({100 * count / every:.0f} %), "
                f"{len(found)} of {len(total)} functions"), functions


def _reached(text: str) -> set[Point]:
    """The sections' addresses come first, then the addresses of points."""
    bases: list[tuple[int, str]] = []
    points = set()
    for line in text.splitlines():
        *name, address = line.split()
        if name:
            bases.append((int(address, 16), name[0]))
            bases.sort()
        else:
            base, section = bases[bisect_right(bases, (int(address, 16), "~")) - 1]
            points.add((section, int(address, 16) - base))
    return points
