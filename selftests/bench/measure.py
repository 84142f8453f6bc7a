# SPDX-License-Identifier: GPL-2.0-or-later
"""What the virtio-serial bench measures, and how a number is read.

The counts box the time: about a second at most for each measure on the slower driver, in a
machine that QEMU emulates.
"""

from dataclasses import dataclass

KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Sample:
    """One measure once: seconds on the guest's clock (of the median trip, for round trips), and
    QEMU's CPU seconds for all of it."""

    seconds: float
    cpu: float


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
        text = {"write": "guest to host, writes of", "read": "host to guest, reads of",
                "pingpong": "round trip,"}[self.kind]
        return f"{text} {_size(self.size)}"

    @property
    def unit(self) -> str:
        return "us" if self.kind == "pingpong" else "MiB/s"

    def value(self, seconds: float) -> float:
        """The number to show, in unit."""
        return seconds * 1e6 if self.kind == "pingpong" else self.total / MIB / seconds


def _size(size: int) -> str:
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


MEASURES = (
    Measure("write", 64, 65536),
    Measure("write", 512, 32768),
    Measure("write", 4 * KIB, 16384),
    Measure("write", 64 * KIB, 2048),
    Measure("write", MIB, 128),
    Measure("read", 64 * KIB, 1024),
    Measure("pingpong", 64, 2000),
)
