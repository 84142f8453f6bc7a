# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine in which the stock driver and ours take turns on the same device.

Both are loaded; the stock one has the device first. Rounds alternate, by portctl takeover and
giveback, so that whatever else the host does falls on both alike. The host's connection stays.
"""

import asyncio
from pathlib import Path

from vm import BenchError
from vm.machine import Machine
from vm.paths import BUILD
from vm.remote import Remote
from vm.topology import PortSpec, SerialSpec, Topology

from .far_end import FarEnd
from .measure import Measure, Sample

PORT = "org.gatehouse.bench"
PROGRAM = BUILD / "test" / "bench" / "vser_throughput"
TOPOLOGY = Topology(name="bench", stock=True, modules=("virtio_console", "virtio_serial"),
                    serial=(SerialSpec("vser0", (PortSpec(PORT),)),))
DRIVERS = {"stock": "virtio_console", "ours": "virtio_serial"}
SWITCH = {"stock": "giveback", "ours": "takeover"}
ROUND_DEADLINE = 120
# Sets node to the port's device; it comes a moment after its driver.
FIND = f"until name=$(grep -lxs {PORT} /sys/class/*-ports/*/name); do :; done; " \
       "folder=${name%/name}; node=/dev/${folder##*/}"


class Session:
    """A running machine."""

    def __init__(self, guest: Remote, far_end: FarEnd) -> None:
        self._guest = guest
        self._far_end = far_end
        self._driver = "stock"

    @classmethod
    async def start(cls, machine: Machine) -> "Session":
        guest = await Remote.start(machine)
        return cls(guest, FarEnd(_socket_of(machine)))

    def close(self) -> None:
        self._far_end.close()

    async def run(self, driver: str, measures: tuple[Measure, ...]) -> list[Sample]:
        """All measures once with one of the drivers."""
        await self._switch(driver)
        words = " ".join(measure.word for measure in measures)
        async with asyncio.TaskGroup() as group:
            host = group.create_task(asyncio.to_thread(self._far_end.play, measures))
            guest = group.create_task(self._guest.run(f"{PROGRAM} $node {words}", ROUND_DEADLINE))
        seconds = [float(word) for word in guest.result().split()]
        return [Sample(*pair) for pair in zip(seconds, host.result(), strict=True)]

    async def _switch(self, driver: str) -> None:
        """Give the device to driver, and make sure that it has it."""
        if driver != self._driver:
            await self._guest.run(f"portctl {SWITCH[driver]}")
            self._driver = driver
        found = await self._guest.run(f"{FIND}; basename $(readlink $folder/device/driver)")
        if found != DRIVERS[driver]:
            raise BenchError(f"{PORT} belongs to {found}, not to {DRIVERS[driver]}")


def _socket_of(machine: Machine) -> Path:
    return machine.ports.all()[0].host.path
