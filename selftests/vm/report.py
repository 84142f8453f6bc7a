# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person sees: a KTAP line for each result, and a last screen about the failures.

stdout is KTAP; nothing else writes to it during a run. A skip is fine when the test said why.
"""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

from .plan import Job
from .splat import Splat
from .verdict import Result, Trouble

LOG_TAIL = 15


class Report:
    """Collects results and prints. planned: how many there must be at the end; verbose: the
    consoles too, as KTAP comments."""

    def __init__(self, planned: int, verbose: bool = False) -> None:
        self._planned = planned
        self._verbose = verbose
        self._start = time.monotonic()
        self._results: list[Result] = []
        self._troubles: list[tuple[Job, Trouble]] = []
        self._seconds: dict[tuple[str, str], float] = defaultdict(float)
        print("KTAP version 1", flush=True)

    def result(self, result: Result) -> None:
        self._results.append(result)
        ok = "ok" if result.status != "fail" else "not ok"
        note = {"skip": f" # SKIP {result.reason}", "fail": f" # {result.reason}"}
        print(f"{ok} {len(self._results)} {result.test.id} [{result.job.name}] "
              f"{result.seconds:.2f} s{note.get(result.status, '')}", flush=True)

    def trouble(self, job: Job, trouble: Trouble) -> None:
        self._troubles.append((job, trouble))
        print(f"# trouble [{job.name}]: {trouble.text}", flush=True)

    def booted(self, job: Job, seconds: float) -> None:
        """How long a machine has been up."""
        self._seconds[job.part, job.kernel.name] += seconds

    def console(self, job: Job, line: str) -> None:
        if self._verbose:
            print(f"# {job.name}| {line}", flush=True)

    def count(self, status: str) -> int:
        extra = len(self._troubles) + self._missing() if status == "fail" else 0
        return extra + sum(result.status == status for result in self._results)

    def _missing(self) -> int:
        """Tests of which nothing was heard."""
        return self._planned - len(self._results)

    def finish(self) -> bool:
        """The last screen; true when all is well."""
        print(f"1..{self._planned}")
        for result in self._results:
            if result.status == "fail":
                _show_failure(result)
        for job, trouble in self._troubles:
            _show_trouble(job, trouble)
        if missing := self._missing():
            print(f"#\n# FAILED: {missing} tests have no result")
        self._show_skips()
        summary = (f"{self.count('pass')} passed, {self.count('fail')} failed, "
                   f"{self.count('skip')} skipped")
        print(f"# {time.monotonic() - self._start:.1f} s")
        print(summary, flush=True)
        if path := os.environ.get("GATEHOUSE_SUMMARY"):
            Path(path).write_text(self._rows())
        return self.count("fail") == 0

    def _rows(self) -> str:
        """PART KERNEL PASSED FAILED SKIPPED SECONDS for each part and kernel; the seconds are
        those that machines were up, side by side or not."""
        counts: dict[tuple[str, str], list[int]] = {}
        for result in self._results:
            row = counts.setdefault((result.job.part, result.job.kernel.name), [0, 0, 0])
            row[("pass", "fail", "skip").index(result.status)] += 1
        for job, _ in self._troubles:
            counts.setdefault((job.part, job.kernel.name), [0, 0, 0])[1] += 1
        return "".join(f"{part} {kernel} {row[0]} {row[1]} {row[2]} "
                       f"{self._seconds[part, kernel]:.0f}\n"
                       for (part, kernel), row in counts.items())

    def write_json(self, path: Path) -> None:
        """One object a result, for programs."""
        rows = [{"test": r.test.id, "kernel": r.job.kernel.name, "topology": r.test.topology,
                 "status": r.status, "seconds": r.seconds, "reason": r.reason}
                for r in self._results]
        troubles = [{"machine": job.name, "trouble": t.text} for job, t in self._troubles]
        path.write_text(json.dumps({"results": rows, "troubles": troubles}, indent=1) + "\n")

    def _show_skips(self) -> None:
        for result in self._results:
            if result.status == "skip":
                print(f"# skipped {result.test.id} [{result.job.name}]: {result.reason}")


def _indent(lines: list[str], count: int) -> None:
    if len(lines) > count:
        print(f"#     ... {len(lines) - count} lines before")
    for line in lines[-count:]:
        print(f"#     {line}")


def _show_failure(result: Result) -> None:
    print(f"#\n# FAILED {result.test.id} [{result.job.name}]: {result.reason}")
    if result.test.description:
        print(f"#   should: {result.test.description}")
    if result.log:
        print("#   its output:")
        _indent(result.log, LOG_TAIL)
    if not result.splats and len(result.kernel_log) > 1:
        print("#   kernel log:")
        _indent(result.kernel_log[1:], LOG_TAIL)
    _show_splats(result.splats)
    print(f"#   again: {_again(result.job, result.test.id, result.splats)}")


def _show_trouble(job: Job, trouble: Trouble) -> None:
    print(f"#\n# FAILED [{job.name}]: {trouble.text}")
    if not trouble.splats:
        print("#   console:")
        _indent(trouble.console, LOG_TAIL)
    _show_splats(trouble.splats)
    print(f"#   again: {_again(job, trouble.test, trouble.splats)}")


def _show_splats(splats: list[Splat]) -> None:
    """Each in full, but of those with one title the first; and at the end where to look."""
    titles = [splat.title for splat in splats]
    first: dict[str, Splat] = {}
    for splat in splats:
        first.setdefault(splat.title, splat)
    for splat in first.values():
        again = titles.count(splat.title) - 1
        print(f"#   kernel log, {splat.kind}" + (f" (and {again} alike)" if again else "") + ":")
        _indent(splat.lines, len(splat.lines))
    for where in dict.fromkeys(splat.where for splat in splats if splat.where):
        print(f"#   look at: {where}")


def _again(job: Job, test: str, splats: list[Splat]) -> str:
    leak = " --kmemleak" if any(splat.is_leak for splat in splats) else ""
    return (f"{sys.argv[0]} -v{leak} -K {job.kernel.name} "
            f"--topology {job.part}/{job.topology.name} {test}")
