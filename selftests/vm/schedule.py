# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs jobs side by side as CPUs allow, each job in as many boots as it takes.

A machine takes as many CPUs as it has vCPUs; one with two or more takes all there are, because a
race seen is a matter of timing. A machine that hangs is waited for by nobody else.
"""

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from . import BenchError
from .boot import Boot
from .machine import Machine
from .plan import Job
from .report import Report
from .rundir import RunDir
from .verdict import Result


GUEST_COVERAGE = "/run/gatehouse-coverage"


class Cpus:
    """Counts the CPUs that machines use."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._free = total
        self._change = asyncio.Condition()

    @asynccontextmanager
    async def take(self, wanted: int):
        wanted = wanted if wanted == 1 else self._total
        async with self._change:
            await self._change.wait_for(lambda: self._free >= wanted)
            self._free -= wanted
        try:
            yield
        finally:
            self._free += wanted
            async with self._change:
                self._change.notify_all()


@dataclass(frozen=True)
class Wishes:
    """What a run shall do besides. keep: a folder that takes the logs of every machine; coverage:
    one for what every machine has counted; kmemleak: look for leaks after each test."""

    keep: Path | None = None
    coverage: Path | None = None
    kmemleak: bool = False

    def environment(self) -> dict[str, str]:
        """For the guest."""
        values = {"GATEHOUSE_KMEMLEAK": "1"} if self.kmemleak else {}
        if self.coverage:
            values |= {"GATEHOUSE_COVERAGE": GUEST_COVERAGE, "GCOV_PREFIX": f"{GUEST_COVERAGE}/user"}
        return values


class Schedule:
    """One run."""

    def __init__(self, rundir: RunDir, cpus: int, accel: Callable, report: Report,
                 wishes: Wishes) -> None:
        self._rundir = rundir
        self._cpus = Cpus(cpus)
        self._accel = accel
        self._report = report
        self._wishes = wishes
        self._boots = 0

    async def run(self, jobs: list[Job]) -> None:
        """Return when every job is done; when cancelled, when every machine is gone."""
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(self._run_job(job))

    async def _run_job(self, job: Job) -> None:
        async with self._cpus.take(job.topology.cpus):
            left = job.tests
            while left:
                before = len(left)
                try:
                    left = await self._boot(job, left)
                except BenchError as error:
                    return self._give_up(job, left, str(error))
                if len(left) == before:
                    return self._give_up(job, left, "not run: no test could start in this machine")

    async def _boot(self, job: Job, tests: list) -> list:
        self._boots += 1
        folder = self._rundir.folder(str(self._boots))
        boot = Boot(job, tests, self._report.result)

        def on_line(line: str) -> None:
            boot.on_line(line)
            self._report.console(job, line)

        machine = Machine(job.kernel, job.topology, await self._accel(job.kernel), folder, on_line,
                          self._wishes.environment())
        start = time.monotonic()
        try:
            outcome = await boot.run(machine)
        finally:
            self._report.booted(job, time.monotonic() - start)
            self._save_logs(machine, job)
            if self._wishes.coverage:
                machine.take_result("coverage.tar", self._wishes.coverage / f"{folder.name}.tar")
        for trouble in outcome.troubles:
            self._report.trouble(job, trouble)
        return outcome.remaining

    def _give_up(self, job: Job, tests: list, why: str) -> None:
        for test in tests:
            self._report.result(Result(test, job, "fail", 0, why))

    def _save_logs(self, machine: Machine, job: Job) -> None:
        if not self._wishes.keep:
            return
        target = self._wishes.keep / f"{job.name.replace(' ', '-')}-{machine.folder.name}"
        target.mkdir(parents=True, exist_ok=True)
        (target / "console").write_text("\n".join(machine.console) + "\n")
        if machine.results.exists():    # a machine that did not start has less
            shutil.copytree(machine.results, target, symlinks=True, dirs_exist_ok=True)
        for name in ("command", "qemu.log"):
            if (machine.folder / name).exists():
                shutil.copy(machine.folder / name, target)
