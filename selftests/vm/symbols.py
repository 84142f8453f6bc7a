# SPDX-License-Identifier: GPL-2.0-or-later
"""Leads from a kernel's backtrace to lines of our sources.

The kernel says `vser_port_read+0x40/0x100 [virtio_serial]`; the debug information of
build/K/virtio_serial.ko says which line that is, and which inlined functions it went through.
Where the module has gone since, the kernel knows bare addresses only: the guest has recorded
where the sections of each module lay.
"""

import os
import re
import subprocess
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from .paths import SOURCE
from .splat import Splat

_FRAME = re.compile(r"(?P<name>[\w.]+)\+0x(?P<offset>[0-9a-f]+)/0x(?P<size>[0-9a-f]+)"
                    r" \[(?P<module>\w+)[^\]]*\]")
_BARE = re.compile(r"(?<![\w+])0x(?P<address>ffffffff[0-9a-f]{8})(?![\w/])")


class Module:
    """One .ko file with debug information."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def _elf(self) -> tuple[list[tuple[str, int]], list[tuple[int, int, str]]]:
        """Sections (name, size) by number; symbols (section, address, name) by address."""
        text = subprocess.run(["readelf", "-SsW", self.file], capture_output=True, text=True,
                              check=False).stdout
        sections = [(m[1], int(m[2], 16)) for m in re.finditer(
            r"^  \[ *\d+\] (\S*) +[A-Z]\w+ +\w+ \w+ (\w+)", text, re.M)]
        symbols = [(int(m[2]), int(m[1], 16), m[3]) for m in re.finditer(
            r"^ *\d+: (\w+) +\S+ (?:FUNC|NOTYPE) +\w+ +\w+ +(\d+) (\S+)$", text, re.M)]
        return sections, sorted(symbols)

    def size(self, section: str) -> int:
        return dict(self._elf[0]).get(section, 0)

    def find(self, name: str, size: int) -> tuple[str, int] | None:
        """Section and address of a function. Of two with one name, the size tells."""
        sections, symbols = self._elf
        found = [entry for entry in symbols if entry[2] == name]
        fitting = [entry for entry in found if self._room(entry) == size]
        for section, address, _ in fitting or found:
            return sections[section][0], address
        return None

    def _room(self, entry: tuple[int, int, str]) -> int:
        """Bytes to the next symbol, which the kernel takes for the size."""
        after = [address for section, address, _ in self._elf[1]
                 if section == entry[0] and address > entry[1]]
        return (after[0] if after else self.size(self._elf[0][entry[0]][0])) - entry[1]

    def returns(self, callee: str) -> list[tuple[str, int]]:
        """Where each call of a function of the kernel's returns to: section and address."""
        text = subprocess.run(["readelf", "-rW", self.file], capture_output=True, text=True,
                              check=False).stdout
        found = []
        section = ""
        for line in text.splitlines():
            if match := re.match(r"Relocation section '\.rela(\S+)'", line):
                section = match[1]
            elif match := re.match(rf"(\w+) +\w+ R_X86_64_P\w+32 +\w+ {callee} - 4$", line):
                found.append((section, int(match[1], 16) + 4))
        return found

    def function(self, section: str, address: int) -> str:
        """The function that has this address; those that were inlined there are not meant."""
        sections, symbols = self._elf
        before = [name for number, start, name in symbols
                  if sections[number][0] == section and start < address]
        return before[-1] if before else "?"

    def lines(self, section: str, address: int) -> list[tuple[str, str]]:
        """(function, file:line) at an address, innermost inlined function first."""
        out = subprocess.run(["addr2line", "-e", self.file, "-j", section, "-fi", hex(address)],
                             capture_output=True, text=True, check=False).stdout.splitlines()
        return [(name, _short(place)) for name, place in zip(out[::2], out[1::2])
                if "?" not in place]


class Symbols:
    """The modules of one machine. folder: their files; bases: what the guest recorded, lines of
    MODULE SECTION ADDRESS, the newest last."""

    def __init__(self, folder: Path, bases: str = "") -> None:
        self._folder = folder
        self._modules: dict[str, Module | None] = {}
        self._bases = [line.split() for line in bases.splitlines() if line.count(" ") == 2]

    def explain(self, splats: Iterable[Splat]) -> None:
        """Add source lines to the frames, and put the first line of ours into `where`."""
        for splat in splats:
            lines: list[str] = []
            for line in splat.lines:
                places = self._places(line)
                lines += _with_places(line, places)
                if not splat.where and "? " not in line:
                    splat.where = _first_of_ours(places)
            splat.lines = lines

    def module(self, name: str) -> Module | None:
        if name not in self._modules:
            file = self._folder / f"{name}.ko"
            self._modules[name] = Module(file) if file.exists() else None
        return self._modules[name]

    def address(self, name: str, section: str, offset: int) -> int | None:
        """Where the guest had this part of a module, the last time it was loaded."""
        for module, part, base in reversed(self._bases):
            if (module, part) == (name, section):
                return int(base, 16) + offset
        return None

    def _places(self, line: str) -> list[tuple[str, str]]:
        # A return address is behind the call; that of an exception is not.
        back = 0 if "RIP:" in line else 1
        if match := _FRAME.search(line):
            module = self.module(match["module"])
            start = module and module.find(match["name"], int(match["size"], 16))
            if start:
                return module.lines(start[0], start[1] + int(match["offset"], 16) - back)
        elif match := _BARE.search(line):
            return self._bare(int(match["address"], 16) - back)
        return []

    def _bare(self, address: int) -> list[tuple[str, str]]:
        """An address in a module that has gone."""
        for name, section, base in reversed(self._bases):
            module = self.module(name)
            offset = address - int(base, 16)
            if module and 0 <= offset < module.size(section):
                return module.lines(section, offset)
        return []


def _with_places(line: str, places: list[tuple[str, str]]) -> list[str]:
    """A frame with its line; below it what was inlined there, ever deeper."""
    if not places:
        return [line]
    *inlined, (name, place) = places
    bare = "" if name in line else f" {name}()"
    return [f"{line}{bare}  {place}",
            *(f"{'inlined':>22} {name}()  {place}" for name, place in reversed(inlined))]


def _short(place: str) -> str:
    """The file as below our sources, or as below the kernel's."""
    file, _, line = place.split(" ")[0].rpartition(":")
    file = os.path.normpath(file)
    if (cut := file.rfind("/src/")) >= 0 and (SOURCE / file[cut + 5:]).exists():
        file = file[cut + 5:]
    elif (cut := file.find("/include/")) >= 0:
        file = file[cut + 1:]
    return f"{file}:{line}"


def _first_of_ours(places: list[tuple[str, str]]) -> str:
    """`kernel/virtio_serial/port.c:12 in f(): text of the line`."""
    for name, place in places:
        file, _, number = place.rpartition(":")
        if not file.startswith("/") and (SOURCE / file).exists():
            source = (SOURCE / file).read_text(errors="replace").splitlines()
            text = source[int(number) - 1].strip() if 0 < int(number) <= len(source) else ""
            return f"{place} in {name}(): {text}"
    return ""
