# SPDX-License-Identifier: GPL-2.0-or-later
"""What the virtio-serial bench measures, and how a number is read.

The counts box the time: about a second at most for each measure on the slower driver, in a
machine that QEMU emulates.
"""

from dataclasses import dataclass

KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Sample:
    """One measure once. seconds: on the guest's clock (of the median trip, for round trips);
    cpu: QEMU's CPU seconds for all of it, None if the host had no part; kicks: of the guest, 0
    where they were not counted; instructions: of the guest, None where they were not counted."""

    seconds: float
    kicks: int
    interrupts: int
    cpu: float | None = None
    instructions: int | None = None


@dataclass(frozen=True)
class Measure:
    """count calls of size bytes each; kind is the guest's word for it, see vser_throughput.cpp."""

    kind: str
    size: int
    count: int

    @property
    def total(self) -> int:
        return self.size * self.count

    @property
    def word(self) -> str:
        """As the guest's program takes it."""
        return f"{self.kind}:{self.size}:{self.count}"

    @property
    def title(self) -> str:
        text = {"write": "writes of", "read": "reads of", "pingpong": "round trip,",
                "sink": "null device, writes of"}[self.kind]
        return f"{text} {_size(self.size)}"

    @property
    def unit(self) -> str:
        return "us" if self.kind == "pingpong" else "MiB/s"

    def value(self, seconds: float) -> float:
        """The number to show, in unit."""
        return seconds * 1e6 if self.kind == "pingpong" else self.total / MIB / seconds

    @property
    def per(self) -> str:
        """What counts are shown for."""
        return "trip" if self.kind == "pingpong" else "MiB"

    def count_per(self, number: int) -> float:
        """The same for one of these."""
        return number / (self.count if self.kind == "pingpong" else self.total / MIB)


def _size(size: int) -> str:
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


# With a program at the host's end.
MEASURES = (
    Measure("write", 1, 65536),
    Measure("write", 64, 65536),
    Measure("write", 512, 32768),
    Measure("write", 4 * KIB, 16384),
    Measure("write", 64 * KIB, 2048),
    Measure("write", MIB, 128),
    Measure("read", 1, 65536),
    Measure("read", 64, 32768),
    Measure("read", 512, 16384),
    Measure("read", 4 * KIB, 8192),
    Measure("read", 64 * KIB, 1024),
    Measure("read", MIB, 64),
    Measure("pingpong", 64, 2000),
)
# With the null device there: what the guest executes does not depend on the host's speed.
SINKS = tuple(Measure("sink", measure.size, max(measure.count // 4, 32))
              for measure in MEASURES if measure.kind == "write")
