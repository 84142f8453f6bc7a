# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin that counts instructions (instructions.c): built, loaded by QEMU, its file read."""

import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

from vm import BenchError
from vm.paths import BUILD

from .measure import Sample

SOURCE = Path(__file__).with_name("instructions.c")
LIBRARY = BUILD / "test" / "bench" / "instructions.so"
# With these features the kernel copies by "rep movsb", which TCG executes byte by byte.
CPU = "max,-erms,-fsrm"


def build() -> None:
    if LIBRARY.exists() and LIBRARY.stat().st_mtime > SOURCE.stat().st_mtime:
        return
    LIBRARY.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror",
                           "-fvisibility=hidden", "-o", LIBRARY, SOURCE], check=False)
    if done.returncode:
        raise BenchError(f"{SOURCE.name} does not compile")


class Plugin:
    """One QEMU's; the file is read on from where the last call ended."""

    def __init__(self, folder: Path) -> None:
        build()
        self._path = folder / "counts"
        self._offset = 0

    @property
    def words(self) -> tuple[str, ...]:
        """For QEMU's command line."""
        return ("-plugin", f"{LIBRARY},out={self._path}")

    def add_to(self, samples: list[Sample]) -> list[Sample]:
        """The samples, which are all that was measured since the last call, with their sums."""
        return [replace(sample, instructions=blocks.total())
                for sample, blocks in zip(samples, self.take(len(samples)), strict=True)]

    def take(self, count: int) -> list[Counter[int]]:
        """The next measures, which have all ended: instructions by address of their block."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            text = file.read()
            self._offset = file.tell()
        measures = text.decode().split(".\n")
        if measures.pop() or len(measures) != count:
            raise BenchError(f"the plugin has counted {len(measures)} measures, not {count}")
        return [_counter(measure) for measure in measures]


def _counter(text: str) -> Counter[int]:
    blocks: Counter[int] = Counter()
    for line in text.splitlines():
        address, instructions = line.split()
        blocks[int(address, 16)] += int(instructions)
    return blocks
