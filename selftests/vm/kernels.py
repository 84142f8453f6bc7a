# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels in the cache, as scripts/setup left them. Nothing here downloads."""

from dataclasses import dataclass
from pathlib import Path

from . import BenchError
from .paths import BUILD, CACHE

STANDARD = ("6.1", "6.12", "7.2")
DEBUG_PATIENCE = 4


@dataclass(frozen=True)
class Kernel:
    """One kernel: its bench name (6.1), its release (uname -r) and its cache folder."""

    name: str
    release: str
    folder: Path

    @property
    def is_debug(self) -> bool:
        """One of those that `make debug-kernel` builds, with all checks of the kernel's own."""
        return self.name.endswith("-debug")

    @property
    def patience(self) -> int:
        """How many times longer than on Debian's kernels something may take."""
        return DEBUG_PATIENCE if self.is_debug else 1

    @property
    def image(self) -> Path:
        """What QEMU starts: uncompressed, which saves seconds, where that can be."""
        return self.folder / ("bzImage" if self.is_debug else "vmlinux")

    @property
    def packed_image(self) -> Path:
        """The same for a machine that sleeps: when it wakes up, QEMU loads the segments of a
        vmlinux again, over what the kernel has become."""
        return self.folder / "bzImage"

    @property
    def modules(self) -> Path:
        """The tree that belongs at /lib/modules/RELEASE."""
        return self.folder / "modules"

    @property
    def built_modules(self) -> Path:
        """Where `make modules K=NAME` leaves ours."""
        return BUILD / self.name


def find(name: str) -> Kernel:
    """The kernel called name; a BenchError that names the remedy when it isn't there."""
    folder = CACHE / "kernels" / name
    plain = name.removesuffix("-debug")
    if plain not in STANDARD:
        raise BenchError(f"unknown kernel {name!r}: the bench has {', '.join(STANDARD)}, "
                         "and each with -debug at its end")
    if not (folder / "ready").exists():
        remedy = f"scripts/setup kernels {name}" if plain == name else f"make debug-kernel K={plain}"
        raise BenchError(f"kernel {name} is not in {CACHE / 'kernels'}: run {remedy}")
    folder = folder.resolve()
    return Kernel(name, (folder / "release").read_text().strip(), folder)


def choose(words: list[str]) -> list[Kernel]:
    """Kernels for -K: names, comma lists, or all."""
    names: list[str] = []
    for word in words:
        names += STANDARD if word == "all" else [n for n in word.split(",") if n]
    return [find(name) for name in dict.fromkeys(names)]
