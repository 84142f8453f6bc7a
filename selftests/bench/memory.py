# SPDX-License-Identifier: GPL-2.0-or-later
"""What memory a port takes, in machines with 1, 31 and 510 ports, of the stock driver and ours.

A device is bound, all its ports are opened, closed, and it is unbound again; the kernel's free
memory is read between. All that is charged: rings, buffers, the ports' files in sysfs and devtmpfs,
the interrupts. The null device is at the host's end, so every port is connected.
"""

from dataclasses import asdict, dataclass

from vm.kernels import Kernel
from vm.machine import Machine
from vm.remote import Remote
from vm.rundir import RunDir
from vm.topology import PortSpec, SerialSpec, Topology

COUNTS = (1, 31, 510)
DRIVERS = {"stock": "virtio_console", "ours": "virtio_serial"}
PREFIX = "org.gatehouse.memory."
DEADLINE = 120                          # for one of the steps
# Functions for the guest's shell. free: the kernel's free memory in KiB, when it has given back
# what it keeps for later, with the pages that each CPU has in reserve. settle: waits until no
# more ports come, prints how many there are; the stock driver does not find all of 510.
FUNCTIONS = r"""
free() {
	for pass in 1 2 3; do sync; echo 3 > /proc/sys/vm/drop_caches; sleep 0.3; done;
	cat /proc/sys/vm/stat_refresh;
	awk '/^MemFree/ { sum += $2 } / count:/ { sum += 4 * $2 } END { print sum }'
		/proc/meminfo /proc/zoneinfo;
};
named() { grep -ls '^PREFIX' /sys/class/*-ports/*/name; };
settle() {
	local now=-1 last;
	until [[ $now = $last && $now != 0 ]]; do last=$now; sleep 1; now=$(named | wc -l); done;
	echo $now;
};
bind() { echo $device > /sys/bus/virtio/drivers/$1/bind; };
unbind() { echo $device > /sys/bus/virtio/drivers/$1/unbind; };
open_all() {
	fds=(); for name in $(named); do name=${name%/name};
	exec {fd}<>/dev/${name##*/}; fds+=($fd); done;
};
close_all() { for fd in ${fds[@]}; do exec {fd}>&-; done; };
for device in /sys/bus/virtio/drivers/virtio_console/virtio*; do device=${device##*/}; done
""".replace("PREFIX", PREFIX)


@dataclass(frozen=True)
class Usage:
    """KiB for a port: bound and never opened, and what an open one takes besides. found: ports
    that the driver has found."""

    idle: float
    opened: float
    found: int


@dataclass(frozen=True)
class Memory:
    """Of both drivers, on a device with so many ports."""

    ports: int
    stock: Usage
    ours: Usage

    @property
    def row(self) -> dict:
        return asdict(self)


async def measure(kernel: Kernel, accel: str, rundir: RunDir) -> list[Memory]:
    """A machine for each of COUNTS, one after the other."""
    return [await _measure_ports(kernel, accel, rundir, ports) for ports in COUNTS]


async def _measure_ports(kernel: Kernel, accel: str, rundir: RunDir, ports: int) -> Memory:
    specs = tuple(PortSpec(f"{PREFIX}{number}", null=True) for number in range(ports))
    topology = Topology(name="memory", stock=True, modules=tuple(DRIVERS.values()), memory=2048,
                        serial=(SerialSpec("vser0", specs, max_ports=ports + 1),))
    machine = Machine(kernel, topology, accel, rundir.folder(f"memory{ports}"))
    try:
        guest = await Remote.start(machine)
        await guest.run(FUNCTIONS)
        await guest.run("settle; unbind virtio_console", DEADLINE)
        for driver in DRIVERS.values():     # first times leave something behind
            await _measure_driver(guest, driver, ports)
        return Memory(ports, *[await _measure_driver(guest, driver, ports)
                               for driver in DRIVERS.values()])
    finally:
        await machine.stop()


async def _measure_driver(guest: Remote, driver: str, ports: int) -> Usage:
    """From an unbound device to an unbound device."""
    free = [await guest.run("free")]
    found = int(await guest.run(f"bind {driver}; settle", DEADLINE))
    free.append(await guest.run("free"))
    await guest.run("open_all", DEADLINE)
    free.append(await guest.run("free"))
    await guest.run(f"close_all; unbind {driver}", DEADLINE)
    unbound, bound, opened = map(int, free)
    return Usage((unbound - bound) / ports, (bound - opened) / found, found)
