# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads lcov's tracefiles: how often each line, branch and function of a source ran."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Function:
    """What begins in one line; of a template, all that the compiler made of it."""

    name: str
    calls: int


@dataclass
class Source:
    """The counts of one source file, by line. Lambdas belong to the functions around them."""

    lines: dict[int, int] = field(default_factory=dict)
    branches: dict[int, list[int]] = field(default_factory=dict)
    functions: dict[int, Function] = field(default_factory=dict)

    def add(self, line: int, name: str, calls: int) -> None:
        """One more function that begins in this line."""
        function = self.functions.setdefault(line, Function(name, 0))
        function.name = min(function.name, name, key=len)
        function.calls += calls


def read(path: Path, root: Path) -> dict[str, Source]:
    """The sources of a tracefile, by their names below root."""
    text = path.read_text(encoding="utf-8")
    names = _plain_names(set(re.findall(r"^FN:\d+,(.*)", text, re.MULTILINE)))
    sources: dict[str, Source] = {}
    source, starts = Source(), {}
    for record in text.splitlines():
        word, _, rest = record.partition(":")
        match word, rest.split(","):
            case "SF", _:
                source = sources.setdefault(str(Path(rest).relative_to(root)), Source())
                starts = {}
            case "DA", [line, count, *_]:
                source.lines[int(line)] = int(count)
            case "BRDA", [line, _, _, count]:
                source.branches.setdefault(int(line), []).append(int(count.replace("-", "0")))
            case "FN", [line, name]:
                starts[name] = int(line)
            case "FNDA", [count, name] if "{lambda" not in names[name]:
                source.add(starts[name], names[name], int(count))
    return sources


def _plain_names(mangled: set[str]) -> dict[str, str]:
    """The compiler's names of functions, and what people call them."""
    names = sorted(mangled)
    done = subprocess.run(["c++filt", "--no-params"], input="\n".join(names), text=True,
                          stdout=subprocess.PIPE, check=True)
    return {name: _without_types(plain) for name, plain in zip(names, done.stdout.splitlines())}


def _without_types(name: str) -> str:
    while (shorter := re.sub(r"<[^<>]*>|\[abi:\w+\]|\(anonymous namespace\)::", "", name)) != name:
        name = shorter
    return name.removeprefix("gatehouse::")
