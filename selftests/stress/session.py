# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine in which the program `stress` runs once, and what came of it.

The program writes to the results share what it is about to run (selftests/stress/journal.hpp), so
that a kernel that dies takes nothing with it. When it ends without a finding, kmemleak is asked.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from stress.reach import Reach, measure
from vm import BenchError, leaks, splat
from vm.accel import Accel
from vm.kernels import Kernel
from vm.machine import Machine
from vm.paths import PROGRAMS, SOURCE
from vm.remote import Remote
from vm.rundir import RunDir
from vm.symbols import Symbols
from vm.topology import PortSpec, SerialSpec, Topology

PROGRAM = PROGRAMS / "test" / "stress" / "stress"
FOLDER = "/run/gatehouse"               # the results share, in the guest
PORTS = (PortSpec("org.gatehouse.test.0"), PortSpec("org.gatehouse.test.1"))
# The machine that each table needs.
TOPOLOGIES = {
    # Each program has a new device: who makes and drops them need not wait.
    "hostile": Topology(name="hostile", cmdline="rcupdate.rcu_expedited=1",
                        modules=("virtio_serial", "vser_device")),
    "virtio_serial": Topology(name="stress", cpus=2, memory=768,
                              serial=(SerialSpec("vser0", PORTS),)),
}
MODULE = "virtio_serial"                # whose code is to be reached
CORPUS = SOURCE / "selftests" / "stress" / "corpus"     # programs to begin with, by table
_DEBUG = f". {SOURCE}/selftests/vm/guest-debug; "
FIND_LEAKS = f"{_DEBUG}find_leaks {FOLDER}/leaks"
NOTE_SECTIONS = f"{_DEBUG}results={FOLDER}; note_sections"
GRACE = 120                             # seconds, beyond those the program was given
REPLAY = 300
LEAKS = 60
_STUCK = 10                             # seconds for it to end after it has found something
_POLL = 1


@dataclass
class Outcome:
    """finding: what was found, in a line, or nothing; programs: the text that led to it, or
    may have: for memory that was lost that is the corpus, or what was replayed; reach: how much
    of the module ran, when the machine did not die of it."""

    finding: str = ""
    programs: str = ""
    kernel_log: str = ""
    corpus: str = ""
    progress: str = ""
    reach: Reach | None = None

    @property
    def is_leak(self) -> bool:
        return self.finding.startswith(splat.KINDS[splat.LEAK])


class Session:
    """Machines for one table on one kernel, one after the other."""

    def __init__(self, kernel: Kernel, table: str) -> None:
        self._kernel = kernel
        self._table = table

    async def fuzz(self, seed: int, seconds: float, corpus: str, blind: bool,
                   show: Callable[[str], None]) -> Outcome:
        """Random programs; show gets a line now and then. blind: what they reach leads nowhere."""
        words = f"fuzz {self._table} {FOLDER} {seed} {seconds:.0f}{' blind' * blind}"
        return await self._run(words, seconds + GRACE, corpus, True, show)

    async def replay(self, programs: str, rounds: int, find_leaks: bool = True) -> Outcome:
        """Those of a text: first the last one, then more and more of those before."""
        words = f"replay {self._table} {FOLDER} {rounds}"
        return await self._run(words, REPLAY, programs, find_leaks, lambda line: None)

    async def run(self, programs: str) -> Outcome:
        """Each program of a text once. Its corpus is what is needed to reach the same."""
        return await self._run(f"run {self._table} {FOLDER}", REPLAY, programs, False,
                               lambda line: None)

    async def _run(self, words: str, limit: float, given: str, find_leaks: bool,
                   show: Callable[[str], None]) -> Outcome:
        topology = TOPOLOGIES[self._table]
        with RunDir() as rundir:
            accel = await Accel(rundir).choose(self._kernel)
            machine = Machine(self._kernel, topology, accel, rundir.folder("stress"))
            try:
                guest = await Remote.start(machine)
                (machine.results / "input").write_text(given)
                await guest.run(NOTE_SECTIONS)
                error = await self._follow(machine, guest, words, limit, show)
                if find_leaks and not error:
                    await guest.run(FIND_LEAKS, LEAKS * self._kernel.patience)
                return self._outcome(machine, error)
            finally:
                await machine.stop()

    async def _follow(self, machine: Machine, guest: Remote, words: str, limit: float,
                      show: Callable[[str], None]) -> str:
        """Wait for the program's end; what went wrong, if anything did."""
        command = f"cd /run; {PROGRAM} {words} >{FOLDER}/progress 2>&1"
        task = asyncio.create_task(guest.run(command, limit))
        shown, stuck = 0, 0
        while not task.done() and stuck < _STUCK:
            await asyncio.wait([task], timeout=_POLL)
            lines = machine.read_result("progress").splitlines()
            for line in lines[shown:]:
                show(line)
            shown = len(lines)
            stuck += _POLL if machine.read_result("finding") else 0
        try:
            if not task.done():
                task.cancel()
            await task
            await guest.run("dmesg >/dev/null")     # the console has all by now
        except asyncio.CancelledError:
            return "the program does not end"
        except BenchError as error:
            return str(error).partition("\n")[0]
        return ""

    def _outcome(self, machine: Machine, error: str) -> Outcome:
        found, batch, corpus, progress = (
            machine.read_result(name) for name in ("finding", "batch", "corpus", "progress"))
        splats = splat.find(machine.console)
        lost = leaks.find(machine.read_result("leaks"), machine.read_result("jiffies"))
        if not splats:
            splats = [splat.Splat(splat.KINDS[splat.LEAK], leak.lines) for leak, _ in lost]
            batch = corpus or batch
        symbols = Symbols(self._kernel.built_modules, machine.read_result("sections"))
        symbols.explain(splats)
        title = splats[0].title if splats else found.partition("\n")[0].strip("# ") or error
        log = [line for one in splats for line in one.lines] if splats else machine.console[-50:]
        record = machine.read_result("reached")
        return Outcome(title, (found or batch) if title else "", "\n".join(log), corpus, progress,
                       measure(symbols, MODULE, record) if record else None)
