# SPDX-License-Identifier: GPL-2.0-or-later
"""Which tests there are, and which machine each runs in.

A test program says with --list what it holds: one line a case, CASE<TAB>topology[,topology]
<TAB>deadline<TAB>debug<TAB>description. Programs are build/test/PART/NAME and selftests/PART/NAME.sh;
the topologies of a part are in selftests/PART/vm.toml. A case with two topologies is two tests.

`debug` is `-` for all kernels, `only` for debug kernels, or `slow: REASON` when a debug kernel is
too slow for the case: it is skipped there.
"""

import fnmatch
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from . import BenchError, topology
from .kernels import Kernel
from .paths import PROGRAMS, SELFTESTS
from .topology import Topology

JOB_TESTS = 70                          # long lists are split: two boots run side by side
_SLOW = "slow: "
NOT_PARTS = {"lib", "unit", "kunit", "hostile", "checks", "bench", "coverage", "stress", "fuzz",
             "vm", "guestfs"}


@dataclass(frozen=True)
class Test:
    """One case in one topology; `id` is what globs match and people type."""

    id: str
    part: str
    topology: str
    deadline: int
    debug: str
    description: str
    program: Path
    case: str

    def runs_on(self, kernel: Kernel) -> bool:
        return kernel.is_debug or self.debug != "only"

    def too_slow_for(self, kernel: Kernel) -> str:
        """The reason to skip it on this kernel, or an empty text."""
        return self.debug.removeprefix(_SLOW) if kernel.is_debug and _is_slow(self.debug) else ""


@dataclass
class Job:
    """The tests that share a machine: one kernel, one topology."""

    kernel: Kernel
    part: str
    topology: Topology
    tests: list[Test]

    @property
    def name(self) -> str:
        return f"{self.kernel.name} {self.topology.name}"


class Suite:
    """All tests of the tree. suites: folders with parts instead of selftests/ and build/test/."""

    def __init__(self, folder: Path | None = None) -> None:
        roots = [folder.resolve()] if folder else [SELFTESTS, PROGRAMS / "test"]
        self.topologies: dict[str, dict[str, Topology]] = {}
        self._programs: list[tuple[str, Path]] = []
        for root in roots:
            if not root.is_dir():
                raise BenchError(f"no test programs in {root}: run make tools")
            for part in sorted(root.glob("*/")):
                if part.name not in NOT_PARTS or folder:
                    self._add_part(part)

    def _add_part(self, part: Path) -> None:
        if (part / "vm.toml").exists():
            self.topologies[part.name] = topology.load(part / "vm.toml")
        for file in sorted(part.iterdir()):
            if file.suffix not in ("", ".sh") or not file.is_file():
                continue
            if os.access(file, os.X_OK):
                self._programs.append((part.name, file))
            elif file.suffix:
                raise BenchError(f"{file} can't be run: chmod +x")

    def topology(self, part: str, name: str) -> Topology:
        known = self.topologies.get(part, {})
        if name not in known:
            raise BenchError(f"selftests/{part}/vm.toml has no topology {name!r} "
                             f"(it has: {', '.join(known) or 'none'})")
        return known[name]

    def job(self, kernel: Kernel, test: Test) -> Job:
        """The machine that a test wants, without a test in it."""
        return Job(kernel, test.part, self.topology(test.part, test.topology), [])

    def find_topology(self, name: str) -> Topology:
        """By PART/NAME, or by NAME when one part alone has it."""
        found = {f"{part}/{entry}": topo for part, entries in self.topologies.items()
                 for entry, topo in entries.items() if name in (entry, f"{part}/{entry}")}
        if len(found) != 1:
            every = (f"{part}/{entry}" for part, e in self.topologies.items() for entry in e)
            raise BenchError(f"{len(found) or 'no'} topologies are called {name!r} "
                             f"(there are: {', '.join(sorted(every)) or 'none'})")
        return next(iter(found.values()))

    def tests(self, globs: list[str], only_topology: str | None = None) -> list[Test]:
        """Tests that match one of the globs (all without globs), in order of their ids."""
        found = [test for part, program in self._programs for test in self._cases(part, program)]
        chosen = [test for test in found
                  if (not globs or any(_matches(test.id, glob) for glob in globs))
                  and only_topology in (None, test.topology, f"{test.part}/{test.topology}")]
        for glob in globs:
            if not any(_matches(test.id, glob) for test in found):
                raise BenchError(f"no test matches {glob!r}: see selftests/run --list")
        return chosen

    def _cases(self, part: str, program: Path) -> list[Test]:
        run = subprocess.run([program, "--list"], capture_output=True, text=True, timeout=20,
                             check=False)
        if run.returncode:
            raise BenchError(f"{program} --list failed: {run.stderr.strip()}")
        tests: list[Test] = []
        lines = run.stdout.splitlines()
        if not lines:
            raise BenchError(f"{program} --list: there is no case")
        for line in lines:
            try:
                case, topologies, deadline, debug, description = line.split("\t", 4)
                seconds = int(deadline)
                if debug not in ("-", "only") and not _is_slow(debug):
                    raise ValueError(debug)
            except ValueError:
                raise BenchError(f"{program} --list: bad line {line!r}") from None
            name = f"{part}/{program.name.removesuffix('.sh')}.{case}"
            if any(test.id == name for test in tests):
                raise BenchError(f"{program} --list: two cases are called {case}")
            for entry in topologies.split(","):
                slow = self.topology(part, entry).too_slow
                tests.append(Test(name, part, entry, seconds,
                                  f"{_SLOW}{slow}" if slow and debug == "-" else debug,
                                  description, program, case))
        return tests


def _is_slow(debug: str) -> bool:
    return len(debug) > len(_SLOW) and debug.startswith(_SLOW)


def _matches(name: str, glob: str) -> bool:
    """A whole id PART/NAME.CASE, or a part of it between / and ."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in
               (glob, f"{glob}.*", f"{glob}/*", f"*/{glob}", f"*/{glob}.*", f"*.{glob}"))


def jobs(suite: Suite, tests: list[Test], kernels: list[Kernel], repeat: int) -> list[Job]:
    """Tests grouped by machine, at most JOB_TESTS in one boot; those that take all CPUs last, so
    that the others overlap. Tests too slow for their kernel are left out."""
    groups: dict[tuple[str, str, str], Job] = {}
    for kernel in kernels:
        for test in tests:
            if not test.runs_on(kernel) or test.too_slow_for(kernel):
                continue
            key = (kernel.name, test.part, test.topology)
            if key not in groups:
                groups[key] = suite.job(kernel, test)
            groups[key].tests += [test] * repeat
    pieces = [replace(job, tests=job.tests[start:start + JOB_TESTS])
              for job in groups.values() for start in range(0, len(job.tests), JOB_TESTS)]
    return sorted(pieces, key=lambda job: job.topology.cpus)
