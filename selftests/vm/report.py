# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person sees: a KTAP line for each result, and a last screen about the failures.

stdout is KTAP; nothing else writes to it during a run. A skip is fine when the test said why.
"""

import json
import os
import sys
import time
from pathlib import Path

from . import splat
from .boot import Result
from .plan import Job

LOG_TAIL = 15
SPLAT_LINES = 16


class Report:
    """Collects results and prints. verbose: the consoles too, as KTAP comments."""

    def __init__(self, verbose: bool = False) -> None:
        self._verbose = verbose
        self._start = time.monotonic()
        self._results: list[Result] = []
        self._troubles: list[tuple[Job, str, list[str]]] = []
        print("KTAP version 1", flush=True)

    def result(self, result: Result) -> None:
        self._results.append(result)
        ok = "ok" if result.status != "fail" else "not ok"
        note = {"skip": f" # SKIP {result.reason}", "fail": f" # {result.reason}"}
        print(f"{ok} {len(self._results)} {result.test.id} [{result.job.name}] "
              f"{result.seconds:.2f} s{note.get(result.status, '')}", flush=True)

    def trouble(self, job: Job, text: str, context: list[str]) -> None:
        """Something outside of any test that makes the run fail."""
        self._troubles.append((job, text, context))
        print(f"# trouble [{job.name}]: {text}", flush=True)

    def console(self, job: Job, line: str) -> None:
        if self._verbose:
            print(f"# {job.name}| {line}", flush=True)

    def count(self, status: str) -> int:
        extra = len(self._troubles) if status == "fail" else 0
        return extra + sum(result.status == status for result in self._results)

    def finish(self) -> bool:
        """The last screen; true when all is well."""
        print(f"1..{len(self._results)}")
        for result in self._results:
            if result.status == "fail":
                _show_failure(result)
        for job, text, context in self._troubles:
            _show_trouble(job, text, context)
        self._show_skips()
        summary = (f"{self.count('pass')} passed, {self.count('fail')} failed, "
                   f"{self.count('skip')} skipped")
        print(f"# {time.monotonic() - self._start:.1f} s")
        print(summary, flush=True)
        if path := os.environ.get("GATEHOUSE_SUMMARY"):
            Path(path).write_text(summary + "\n")
        return self.count("fail") == 0

    def write_json(self, path: Path) -> None:
        """One object a result, for programs."""
        rows = [{"test": r.test.id, "kernel": r.job.kernel.name, "topology": r.test.topology,
                 "status": r.status, "seconds": r.seconds, "reason": r.reason}
                for r in self._results]
        troubles = [{"machine": job.name, "trouble": text} for job, text, _ in self._troubles]
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
    found = splat.find(result.kernel_log)
    if found:
        print("#   kernel log:")
        _indent(found[:SPLAT_LINES], SPLAT_LINES)
    elif len(result.kernel_log) > 1:
        print("#   kernel log:")
        _indent(result.kernel_log[1:], LOG_TAIL)
    print(f"#   again: {_again(result)}")


def _show_trouble(job: Job, text: str, context: list[str]) -> None:
    print(f"#\n# FAILED [{job.name}]: {text}\n#   console:")
    _indent(context, LOG_TAIL)
    print(f"#   look: {sys.argv[0]} -v -K {job.kernel.name} --topology {job.topology.name}")


def _again(result: Result) -> str:
    return (f"{sys.argv[0]} -v -K {result.job.kernel.name} "
            f"--topology {result.test.topology} {result.test.id}")
