# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the coverage of our sources: report.py TITLE MACHINES.info UNIT.info

MACHINES is what the tests in machines ran, UNIT what the unit tests did: CMocka's programs and
the KUnit suites, which compile the modules' logic anew. A line counts as run when either ran it.
Of the kernel's sources the error paths that only unit tests take are listed, too.
"""

import sys
from pathlib import Path

import tracefile
from error_paths import ErrorPath, Paths
from tracefile import Source

ROOT = Path(__file__).resolve().parents[2]


class File:
    """One source file: its counts in the machines and in the unit tests."""

    def __init__(self, name: str, machines: Source | None, unit: Source | None) -> None:
        self.name = name
        self.machines = machines or Source()
        self.runs = [run for run in (machines, unit) if run]
        self.lines = sorted({line for run in self.runs for line in run.lines})
        self.functions = sorted({line for run in self.runs for line in run.functions})
        self._paths = Paths((ROOT / name).read_text(encoding="utf-8"))

    def calls(self, function: int) -> int:
        """How often the function that begins in this line was called, over all."""
        return sum(run.functions[function].calls for run in self.runs if function in run.functions)

    def name_of(self, function: int) -> str:
        """What the function that begins in this line is called."""
        return next((run.functions[function].name for run in self.runs
                     if function in run.functions), "(outside of functions)")

    def is_run(self, line: int) -> bool:
        return any(run.lines.get(line) for run in self.runs)

    def body(self, function: int) -> list[int]:
        """The lines from here to the next function."""
        later = [line for line in self.functions if line > function]
        return [line for line in self.lines if function <= line < min(later, default=sys.maxsize)]

    def function_of(self, line: int) -> int:
        """Where the function begins that has this line."""
        return max((first for first in self.functions if first <= line), default=0)

    def untaken(self) -> dict[int, list[ErrorPath]]:
        """Error paths that no test takes, by the functions that are called."""
        return self._by_function(self._paths.untaken(self.runs))

    def untaken_by_machines(self) -> dict[int, list[ErrorPath]]:
        """Those that unit tests alone take."""
        known = self._paths.untaken(self.runs)
        return self._by_function([path for path in self._paths.untaken([self.machines])
                                  if path not in known])

    def _by_function(self, paths: list[ErrorPath]) -> dict[int, list[ErrorPath]]:
        found: dict[int, list[ErrorPath]] = {}
        for path in paths:
            found.setdefault(self.function_of(path.line), []).append(path)
        return {first: group for first, group in found.items() if not first or self.calls(first)}


def percent(some: int, every: int) -> str:
    """How much of it, rounded down: 100 % is all."""
    return f"{100 * some // every if every else 100:3} %"


class Report:
    """All that is printed about the files."""

    def __init__(self, machines: dict[str, Source], unit: dict[str, Source]) -> None:
        self._files = [File(name, machines.get(name), unit.get(name))
                       for name in sorted(machines.keys() | unit.keys())]

    def files(self) -> None:
        """A line for each file, and the sums."""
        print(f"{'file':40} {'lines run':>18} {'in machines':>12} {'functions called':>18}")
        for part in dict.fromkeys(file.name.split("/")[0] for file in self._files):
            files = [file for file in self._files if file.name.split("/")[0] == part]
            for file in files:
                self._file_row(file.name, [file])
            self._file_row(f"all of {part}", files)
            print()

    def _file_row(self, name: str, files: list[File]) -> None:
        lines = sum(len(file.lines) for file in files)
        run = sum(file.is_run(line) for file in files for line in file.lines)
        machines = sum(file.machines.lines.get(line, 0) > 0 for file in files for line in file.lines)
        functions = sum(len(file.functions) for file in files)
        called = sum(file.calls(first) > 0 for file in files for first in file.functions)
        print(f"{name:40} {percent(run, lines)} {run:5} of {lines:4} {percent(machines, lines):>11}"
              f" {percent(called, functions):>7} {called:3} of {functions:3}")

    def untaken(self) -> None:
        """Error paths, by file and function."""
        self._list("Error paths that no test takes", self._files, File.untaken)
        self._list("Error paths of the modules that unit tests alone take",
                   [file for file in self._files if file.name.startswith("kernel/")
                    and file.machines.lines], File.untaken_by_machines)

    def _list(self, title: str, files: list[File], choose) -> None:
        chosen = [(file, choose(file)) for file in files]
        count = sum(len(paths) for _, found in chosen for paths in found.values())
        print(f"{title}: {count}\n")
        for file, found in chosen:
            for function, paths in found.items():
                print(f"  {file.name_of(function)}")
                for path in paths:
                    print(f"    {file.name}:{path.line}: {path.text}")
        print()

    def uncalled(self) -> None:
        """Functions that never ran; their error paths are not listed."""
        print("Functions that no test calls\n")
        for file in self._files:
            for function in file.functions:
                if not file.calls(function):
                    print(f"  {file.name}:{function}: {file.name_of(function)}")
        print()

    def functions(self) -> None:
        """A line for each function that ran in part."""
        print("Functions that ran in part: lines run, lines that did not\n")
        for file in self._files:
            for function in file.functions:
                body = file.body(function)
                missing = [line for line in body if not file.is_run(line)]
                if missing and file.calls(function):
                    print(f"  {percent(len(body) - len(missing), len(body))} "
                          f"{file.name}:{function}: {file.name_of(function)}: "
                          f"{' '.join(map(str, missing))}")


def main(title: str, machines: str, unit: str) -> None:
    report = Report(*(tracefile.read(Path(name), ROOT) for name in (machines, unit)))
    print(f"{title}\n")
    report.files()
    report.untaken()
    report.uncalled()
    report.functions()


if __name__ == "__main__":
    main(*sys.argv[1:])
