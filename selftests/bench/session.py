# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine in which the stock driver and ours take turns on the same devices.

Both are loaded; the stock one has the devices first. Rounds alternate, by portctl takeover and
giveback, so that whatever else the host does falls on both alike. The host's connection stays.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vm import BenchError
from vm.machine import Machine
from vm.paths import BUILD
from vm.remote import Remote
from vm.topology import PortSpec, SerialSpec, Topology

from .far_end import FarEnd
from .measure import Measure, Sample

PORT = "org.gatehouse.bench"
NULL_PORT = "org.gatehouse.null"
PROGRAM = BUILD / "test" / "bench" / "vser_throughput"
# A kick of the null device is done when the guest goes on; with ioeventfd it would be a matter of
# chance how many there are.
TOPOLOGY = Topology(name="bench", stock=True, modules=("virtio_console", "virtio_serial"), serial=(
    SerialSpec("vser0", (PortSpec(PORT),)),
    SerialSpec("vser1", (PortSpec(NULL_PORT, null=True),), options="ioeventfd=off")))
DRIVERS = {"stock": "virtio_console", "ours": "virtio_serial"}
SWITCH = {"stock": "giveback", "ours": "takeover"}
ROUND_DEADLINE = 300
# Sets node to the port's device; it comes a moment after its driver.
FIND = "until name=$(grep -lxs {} /sys/class/*-ports/*/name); do :; done; " \
       "folder=${{name%/name}}; node=/dev/${{folder##*/}}"
# signals.cpp reads it. It costs instructions, so it is not there while these are counted.
PROBE = "cd /sys/kernel/tracing && echo p:bench/kick vp_notify > kprobe_events && " \
        "echo 1 > events/bench/kick/enable"


class Session:
    """A running machine."""

    def __init__(self, machine: Machine, guest: Remote, far_end: FarEnd) -> None:
        self._machine = machine
        self._guest = guest
        self._far_end = far_end
        self._driver = "stock"

    @classmethod
    @asynccontextmanager
    async def running(cls, machine: Machine) -> AsyncIterator["Session"]:
        """Boots the machine; it is gone afterwards."""
        try:
            guest = await Remote.start(machine)
            far_end = FarEnd(machine.ports.all()[0].host.path)
            try:
                yield cls(machine, guest, far_end)
            finally:
                far_end.close()
        finally:
            await machine.stop()

    async def count_kicks(self) -> None:
        """From here on samples have kicks."""
        await self._guest.run(PROBE)

    async def kallsyms(self) -> str:
        """The kernel's symbols, modules' among them."""
        await self._guest.run("cat /proc/kallsyms > /run/gatehouse/kallsyms")
        return self._machine.results.joinpath("kallsyms").read_text()

    async def run(self, driver: str, measures: tuple[Measure, ...]) -> list[Sample]:
        """Measures with a program at the host's end, once with one of the drivers."""
        await self._switch(driver, PORT)
        async with asyncio.TaskGroup() as group:
            host = group.create_task(asyncio.to_thread(self._far_end.play, measures))
            guest = group.create_task(self._measure(measures))
        return [Sample(*words, cpu) for words, cpu in zip(guest.result(), host.result(),
                                                           strict=True)]

    async def sink(self, driver: str, measures: tuple[Measure, ...]) -> list[Sample]:
        """Measures with the null device."""
        await self._switch(driver, NULL_PORT)
        return [Sample(*words) for words in await self._measure(measures)]

    async def _measure(self, measures: tuple[Measure, ...]) -> list[tuple[float, int, int]]:
        """On $node."""
        words = " ".join(measure.word for measure in measures)
        lines = (await self._guest.run(f"{PROGRAM} $node {words}", ROUND_DEADLINE)).splitlines()
        return [(float(line.split()[0]), *map(int, line.split()[1:])) for line in lines]

    async def _switch(self, driver: str, port: str) -> None:
        """Give the devices to driver, make sure that it has them, and set $node."""
        if driver != self._driver:
            await self._guest.run(f"portctl {SWITCH[driver]}")
            self._driver = driver
        found = await self._guest.run(
            f"{FIND.format(port)}; basename $(readlink $folder/device/driver)")
        if found != DRIVERS[driver]:
            raise BenchError(f"{port} belongs to {found}, not to {DRIVERS[driver]}")
