# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests of one boot: follows the guest's console, keeps the deadlines, judges each result.

A result counts when both channels agree: the file on the results share and the line on the
console. A test in flight when the machine dies or hangs has failed; the tests after it are handed
back to be run in a new boot.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

from . import BenchError, leaks, qemu, splat
from .machine import Machine
from .panic import Panic
from .plan import Job, Test
from .splat import Splat
from .symbols import Symbols
from .verdict import Result, Trouble, judge

BOOT_DEADLINE = 90                      # to gatehouse-ready, on a machine busy with other work
BETWEEN_DEADLINE = 90                   # from one test to the next
GRACE = 20                              # the guest's own deadline comes first
TAIL = 25
_MARK = re.compile(r"gatehouse-(ready|begin|result|tainted|trouble|end)(?:: (.*))?$")


@dataclass
class Outcome:
    """What a boot came to: the tests left for another boot, and trouble outside of tests."""

    remaining: list[Test]
    troubles: list[Trouble] = field(default_factory=list)


class Boot:
    """Runs job.tests[...] in one machine; on_result is called for each as it ends."""

    def __init__(self, job: Job, tests: list[Test], on_result) -> None:
        self._job = job
        self._tests = tests
        self._on_result = on_result
        self._marks: asyncio.Queue[tuple[str, str, int] | None] = asyncio.Queue()
        self._done = 0
        self._machine: Machine
        self._troubles: list[Trouble] = []
        self._patience = job.kernel.patience
        self._mark_at = 0               # console line where the test in flight began
        self._began = 0.0               # and when

    def on_line(self, line: str) -> None:
        """Given to the machine: picks the guest's marks, and where they are, from its console."""
        if mark := _MARK.search(line):
            self._marks.put_nowait((mark[1], mark[2] or "", len(self._machine.console) - 1))

    def plan(self) -> str:
        """The guest's list of tests."""
        return "".join(f"{index}\t{test.id}\t{self._deadline(test)}\t{test.program}\t{test.case}\n"
                       for index, test in enumerate(self._tests))

    async def run(self, machine: Machine) -> Outcome:
        """Boot, follow to the end, stop. Raises BenchError when no machine could be started."""
        self._machine = machine
        try:
            await machine.start({"plan": self.plan()},
                                programs={test.program for test in self._tests})
            end = asyncio.create_task(self._announce_end())
            try:
                await self._follow()
            finally:
                end.cancel()
        finally:
            await machine.stop()
        self._check_console()
        self._check_leaks()
        for trouble in self._troubles:
            trouble.console = trouble.console or machine.console[-TAIL:]
        return Outcome(self._tests[self._done:], self._troubles)

    def _deadline(self, test: Test) -> int:
        """Seconds that the guest gives it."""
        return test.deadline * self._patience

    async def _announce_end(self) -> None:
        await self._machine.wait()
        self._marks.put_nowait(None)

    async def _follow(self) -> None:
        flight: Test | None = None      # the test that runs
        allowed, doing = BOOT_DEADLINE * self._patience, "boot"
        between = BETWEEN_DEADLINE * self._patience
        while True:
            try:
                async with asyncio.timeout(allowed):
                    mark = await self._marks.get()
            except TimeoutError:
                await self._hung(flight, f"{doing} did not end within {allowed} s")
                return
            if mark is None:
                await self._ended(flight)
                return
            word, text, at = mark
            if word == "begin" and self._done < len(self._tests):
                flight = self._tests[self._done]
                self._mark_at, self._began = at, time.monotonic()
                allowed, doing = self._deadline(flight) + GRACE, flight.id
            elif word == "result" and flight:
                self._judge(flight, text, self._machine.console[self._mark_at:at])
                flight = None
                allowed, doing = between, "the step after a test"
            elif word == "ready":
                allowed, doing = between, "the step before the first test"
            elif word == "trouble":
                self._troubles.append(Trouble(text))

    def _judge(self, test: Test, text: str, console: list[str]) -> None:
        """Compare the two channels, then look at what the test and the kernel said. The console
        has what the kernel's log no longer had, or not yet, when the guest read it."""
        index = self._done
        told = text.split()
        stored = self._read(f"{index}.status").split()
        log = self._read(f"{index}.log").splitlines()
        kernel_log = splat.kmsg_text(self._read(f"{index}.dmesg"))
        lost = leaks.find(self._read(f"{index}.leaks"), self._read("jiffies"))
        splats = (splat.find(kernel_log) or splat.find(console)) + [leak for leak, _ in lost]
        self._explain(splats)
        seconds = float(told[3]) if len(told) == 4 else 0
        if told != [str(index), test.id, *stored]:
            status, reason = "fail", f"channels differ: console {told[2:]}, file {stored}"
        else:
            status, reason = judge(told[2], log, splats)
        if status != "fail" and self._machine.rpc.panic:
            status, reason = "fail", "no panic came"
        self._report(Result(test, self._job, status, seconds, reason, log, kernel_log, splats))

    async def _ended(self, flight: Test | None) -> None:
        """QEMU has ended; was it the guest's own end, or one that the test has declared?"""
        self._drain_trouble()
        code = self._machine.qemu.exit_code
        if flight and self._machine.rpc.panic:
            await self._judge_panic(flight, self._machine.rpc.panic)
        elif flight:
            self._fail(flight, f"{self._how_ended(code)} during the test")
        elif code != qemu.EXIT_GUEST_DONE or not self._machine.ended.is_set():
            self._troubles.append(Trouble(self._how_ended(code) + " outside of a test"))

    async def _judge_panic(self, test: Test, panic: Panic) -> None:
        """The machine has ended during a test that was to end it."""
        seconds = time.monotonic() - self._began
        console = self._machine.console[self._mark_at:]
        log = self._read(f"{self._done}.log").splitlines()
        splats = panic.others(console)
        self._explain(splats)
        problem = await panic.problem(console, self._machine.ports)
        status, reason = judge("fail" if problem else "pass", [f"FAIL: {problem}"], splats)
        self._report(Result(test, self._job, status, seconds, reason, log, console, splats))

    def _drain_trouble(self) -> None:
        while not self._marks.empty():
            mark = self._marks.get_nowait()
            if mark and mark[0] == "trouble":
                self._troubles.append(Trouble(mark[1]))

    def _how_ended(self, code: int) -> str:
        if any("Kernel panic" in line for line in self._machine.console):
            return "kernel panic"
        errors = (self._machine.folder / "qemu.log").read_text(errors="replace").strip()
        return f"machine ended (exit code {code}) {errors}".rstrip()

    async def _hung(self, flight: Test | None, why: str) -> None:
        """Let the kernel say where it is, then give the machine up."""
        try:
            async with asyncio.timeout(10):
                await self._machine.sysrq("wl")
        except (BenchError, TimeoutError):
            pass
        if flight:
            self._fail(flight, f"hung: {why}; machine killed")
        else:
            self._troubles.append(Trouble(f"hung: {why}; machine killed"))

    def _fail(self, test: Test, reason: str) -> None:
        log = self._read(f"{self._done}.log").splitlines()
        console = self._machine.console[self._mark_at:]
        splats = splat.find(console)
        self._explain(splats)
        self._report(Result(test, self._job, "fail", 0, reason, log, console, splats))

    def _report(self, result: Result) -> None:
        self._done += 1
        self._on_result(result)

    def _check_console(self) -> None:
        """A splat that no test's log holds: while booting, between tests, at unload."""
        outside: dict[str, list[str]] = {"": []}    # lines after each test
        test, inside = "", False
        for line in self._machine.console:
            mark = _MARK.search(line)
            if mark and mark[1] in ("begin", "result"):
                inside = mark[1] == "begin"
                test = (mark[2] or "").rpartition(" ")[2] if inside else test
            elif not inside:
                outside.setdefault(test, []).append(line)
        for test, lines in outside.items():
            if found := splat.find(lines):
                self._explain(found)
                when = f"after {test}" if test else "before the tests"
                self._troubles.append(
                    Trouble(f"kernel log {when}: {found[0].title}", splats=found, test=test))

    def _check_leaks(self) -> None:
        """What nothing points at any more when the modules have gone."""
        for leak, tests in leaks.find(self._read("end.leaks"), self._read("jiffies")):
            self._explain([leak])
            more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            during = f" (taken during {tests[0]}{more})" if tests else ""
            self._troubles.append(Trouble(leak.title + during, splats=[leak],
                                          test=tests[0] if tests else ""))

    def _explain(self, splats: list[Splat]) -> None:
        """Add lines of our sources."""
        if splats:
            Symbols(self._job.kernel.built_modules, self._read("sections")).explain(splats)

    def _read(self, name: str) -> str:
        return self._machine.read_result(name)
