# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU: the command line of a bench machine, and what the bench asks of it while it runs.

This is the seam for another virtual machine monitor: machine.py and ports.py use the class Qemu
and know nothing else of QEMU. Serial lines and the monitor are socket pairs inherited by number,
so there is nothing to connect to and nothing to race with.
"""

import asyncio
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from . import BenchError
from .kernels import Kernel
from .qmp import Qmp
from .topology import SerialSpec, Topology

PROGRAM = "qemu-system-x86_64"
EXIT_GUEST_DONE = 33                    # isa-debug-exit: the guest wrote 16 to port 0xf4
CMDLINE = ("console=ttyS0 loglevel=5 no_timer_check nowatchdog panic=-1 mitigations=off "
           "rcupdate.rcu_cpu_stall_suppress=1 printk.devkmsg=on log_buf_len=4M "
           "sysrq_always_enabled=1 raid=noautodetect")
# Debug kernels besides: every KASAN report, not the first of a boot only; kmemleak, which the
# fragment leaves off, for 3.5 of the 12 CPU seconds from start to end of a machine (without
# debug objects it were 0.5 less: they stay). The TSC is as good as QEMU's clock, but a host with
# other work makes the watchdog of clock sources doubt it, and the guest falls back to HPET, an
# exit for each look. Interrupts are routed by the MP table: QEMU's _PRT is a loop of 128 rounds
# in AML for each PCI device, 10 CPU seconds each under KASAN; after 30 the kernel gives the
# loop, and the device, up. slub_debug marks what fault injection may fail: all slab caches but
# kmemleak's own, half of all allocations, whose failure says nothing of the driver. On 7.2
# a loaded KUnit suite runs only if told so.
DEBUG_CMDLINE = ("kasan_multi_shot kmemleak=on tsc=reliable acpi=noirq "
                 "slub_debug=A;-,kmemleak_* kunit.autorun=1")
DEBUG_MEMORY = 256                      # MiB more: the shadow, quarantine and notes on each object
# microvm has but the PIT to time the TSC by, which fails while the host has other work; then
# the kernel has no clock and stops. QEMU's TSC is the host's.
MICROVM = "microvm,acpi=on,pic=on,pit=on,rtc=on,isa-serial=off"
# Ports, and interrupts, of serial lines as a PC has them. microvm has but one by itself.
ISA_SERIAL = ((0x3F8, 4), (0x2F8, 3), (0x3E8, 4), (0x2E8, 3))
NO_STOCK = "initcall_blacklist=virtio_console_init"


@dataclass(frozen=True)
class HostPort:
    """A port as QEMU sees it: `ident` names its chardev and its device, `kind` is QEMU's word for
    what it is."""

    ident: str
    name: str
    bus: str
    path: Path
    nr: int | None
    kind: str
    null: bool = False


def _value(text: object) -> str:
    """A value inside a QEMU option list."""
    return str(text).replace(",", ",,")


def _host_khz() -> int:
    """The rate of the host's TSC, as far as the host tells."""
    rates = re.findall(r"^cpu MHz\s*: ([0-9.]+)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return int(float(rates[0]) * 1000)


def command(kernel: Kernel, topology: Topology, accel: str, initramfs: Path, results: Path,
            lines: dict[str, int], ports: list[HostPort], swap: Path, resume: bool) -> list[str]:
    """The whole command line. lines: what is a serial line, by name, and its inherited socket;
    the order is that of ttyS0, ttyS1...; `monitor` is the monitor. swap: the disk, if the topology
    has one; resume: there is a hibernated machine on it."""
    append = [CMDLINE, DEBUG_CMDLINE if kernel.is_debug else "", topology.cmdline]
    memory = topology.memory + (DEBUG_MEMORY if kernel.is_debug else 0)
    if topology.mmio:
        append.append(f"tsc_early_khz={_host_khz()}")
    if not topology.stock:
        append.append(NO_STOCK)
    if resume:
        append.append("resume=/dev/vda")
    p9 = "virtio-9p-device" if topology.mmio else "virtio-9p-pci"
    thread = "multi" if topology.cpus > 1 else "single"
    words = [
        PROGRAM, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-S",
        "-machine", MICROVM if topology.mmio else "pc",
        "-global", "virtio-mmio.force-legacy=false",
        "-accel", f"tcg,thread={thread}" if accel == "tcg" else "kvm",
        "-cpu", topology.cpu or ("Nehalem" if accel == "tcg" else "host"),
        "-smp", str(topology.cpus), "-m", str(memory),
        "-kernel", str(kernel.packed_image if topology.sleeps else kernel.image),
        "-initrd", str(initramfs),
        "-append", " ".join(filter(None, append)),
        "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
        "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
        "-fsdev", f"local,id=results,path={_value(results)},security_model=none",
        "-device", f"{p9},fsdev=root,mount_tag=root",
        "-device", f"{p9},fsdev=results,mount_tag=results",
    ]
    if topology.swap:
        words += ["-drive", f"file={_value(swap)},if=none,id=swap,format=raw,cache=unsafe",
                  "-device", "virtio-blk-pci,drive=swap"]
    words += topology.qemu
    serial_lines = iter(ISA_SERIAL)
    for name, number in lines.items():
        words += ["-chardev", f"socket,id={name},fd={number}"]
        if name == "monitor":
            words += ["-mon", f"chardev={name},mode=control"]
            continue
        iobase, irq = next(serial_lines)
        words += ["-device", f"isa-serial,chardev={name},iobase={iobase:#x},irq={irq}"]
    for device in topology.serial:
        words += ["-device", ",".join(filter(None, [
            f"{device.transport},id={device.id},max_ports={device.max_ports}", device.options]))]
    for port in ports:
        number = f",nr={port.nr}" if port.nr is not None else ""
        backend = (f"file,id={port.ident},path={os.devnull}" if port.null else
                   f"socket,id={port.ident},path={_value(port.path)},server=on,wait=off")
        words += [
            "-chardev", backend,
            "-device", f"{port.kind},bus={port.bus}.0,id=port-{port.ident},"
                       f"chardev={port.ident},name={_value(port.name)}{number}"]
    return words


class Qemu:
    """One running QEMU, or one after the other. It dies with the runner, whatever ends the
    runner."""

    def __init__(self) -> None:
        self.exit_code: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._qmp: Qmp | None = None

    async def start(self, words: list[str], fds: list[int], monitor: socket.socket,
                    errors: Path) -> None:
        """Start it with its CPUs stopped."""
        if self._qmp:
            self._qmp.close()
        with errors.open("wb") as stderr:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    "setpriv", "--pdeathsig", "KILL", *words, pass_fds=fds, stderr=stderr,
                    stdin=asyncio.subprocess.DEVNULL, stdout=stderr, start_new_session=True)
            except FileNotFoundError:
                raise BenchError("setpriv is missing: run scripts/setup packages") from None
        for number in fds:
            os.close(number)
        self._qmp = Qmp(*await asyncio.open_unix_connection(sock=monitor, limit=1 << 24))
        try:
            await self._qmp.start()
        except BenchError as error:
            await self.stop()
            text = errors.read_text(errors="replace").strip()
            raise BenchError(f"QEMU did not start: {text or error}") from None

    async def run(self) -> None:
        """Let the CPUs go."""
        await self._qmp.execute("cont")

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def wait(self) -> int:
        """Its exit code, when it has ended."""
        self.exit_code = await self._process.wait()
        return self.exit_code

    async def stop(self) -> None:
        """Kill it if it runs; return when it is gone."""
        if self._qmp:
            self._qmp.close()
        if self.is_running:
            try:
                self._process.kill()
            except ProcessLookupError:
                pass
        if self._process:
            await self.wait()

    async def plug_port(self, port: HostPort) -> None:
        """Hot plug. The guest learns of it by itself."""
        await self._add_chardev(port)
        try:
            await self._add_port(port)
        except BenchError:
            await self._qmp.execute("chardev-remove", id=port.ident)
            raise

    async def unplug_port(self, port: HostPort) -> None:
        """Hot unplug; the chardev, and so the host's connection, goes with it."""
        await self._qmp.execute("device_del", id=f"port-{port.ident}")
        await self._qmp.wait_event("DEVICE_DELETED", 10, device=f"port-{port.ident}")
        await self._qmp.execute("chardev-remove", id=port.ident)

    async def plug_device(self, device: SerialSpec, ports: list[HostPort]) -> None:
        """Hot plug a whole virtio-serial device by PCI, then its ports."""
        await self._qmp.execute("device_add", driver=device.transport, id=device.id,
                                max_ports=device.max_ports)
        for port in ports:
            await self.plug_port(port)

    async def unplug_device(self, device: SerialSpec, ports: list[HostPort]) -> None:
        """Ask the guest to let go of the device; return when it has."""
        await self._qmp.execute("device_del", id=device.id)
        await self._qmp.wait_event("DEVICE_DELETED", 20, device=device.id)
        for port in ports:
            await self._qmp.execute("chardev-remove", id=port.ident)

    async def wait_asleep(self, timeout: float) -> None:
        """Return when the guest has suspended to memory; at once if it has since the last call."""
        await self._qmp.wait_event("SUSPEND", timeout)

    async def wait_disconnected(self, idents: set[str]) -> None:
        """Return when these chardevs have no client. QEMU's main loop may be late to see it."""
        while any(entry["label"] in idents and not entry["filename"].startswith("disconnected:")
                  for entry in await self._qmp.execute("query-chardev")):
            await asyncio.sleep(0.05)

    async def execute(self, name: str, arguments: dict) -> object:
        """A raw monitor command, for tests that need one."""
        return await self._qmp.execute(name, **arguments)

    async def send_break(self) -> None:
        """A break on the console line; the kernel takes the next character as SysRq."""
        await self._qmp.execute("chardev-send-break", id="console")

    async def _add_chardev(self, port: HostPort) -> None:
        address = {"type": "unix", "data": {"path": str(port.path)}}
        backend = ({"type": "file", "data": {"out": os.devnull}} if port.null else
                   {"type": "socket", "data": {"addr": address, "server": True, "wait": False}})
        await self._qmp.execute("chardev-add", id=port.ident, backend=backend)

    async def _add_port(self, port: HostPort) -> None:
        number = {"nr": port.nr} if port.nr is not None else {}
        await self._qmp.execute("device_add", driver=port.kind, bus=f"{port.bus}.0",
                                id=f"port-{port.ident}", chardev=port.ident, name=port.name,
                                **number)
