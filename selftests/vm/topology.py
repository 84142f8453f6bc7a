# SPDX-License-Identifier: GPL-2.0-or-later
"""Named machine set-ups, from the tables in selftests/PART/vm.toml.

Parsed strictly: an unknown key is an error that names the file and the key.
"""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from . import BenchError


@dataclass(frozen=True)
class PortSpec:
    """One virtio-serial port. connected: the host's end is there before the guest's CPUs run;
    null: it is the null device, from start to end, and no Peer can be;
    console: a virtconsole, to which the guest may write whether somebody listens or not."""

    name: str
    connected: bool = False
    nr: int | None = None
    null: bool = False
    console: bool = False


@dataclass(frozen=True)
class SerialSpec:
    """One virtio-serial device. transport is QEMU's device name, options are appended to it."""

    id: str
    ports: tuple[PortSpec, ...] = ()
    max_ports: int = 31
    transport: str = "virtio-serial-pci"
    options: str = ""


@dataclass(frozen=True)
class Topology:
    """One kind of machine; tests that name the same one share a boot.

    mmio: QEMU's microvm, whose virtio-mmio transports have the devices virtio-serial-device.
    freezable: it can sleep, its root has only what rootfs.py puts there.
    swap: MiB of a disk to swap, and to hibernate, to; with freezable.
    too_slow: why no debug kernel runs in it.
    cpu: QEMU's -cpu, if not the bench's choice. qemu: more words for QEMU's command line.
    """

    name: str
    cpus: int = 1
    memory: int = 512
    modules: tuple[str, ...] = ("virtio_serial",)
    stock: bool = False
    udev: bool = False
    mmio: bool = False
    too_slow: str = ""
    cmdline: str = ""
    cpu: str = ""
    qemu: tuple[str, ...] = ()
    freezable: bool = False
    swap: int = 0
    serial: tuple[SerialSpec, ...] = field(default=())

    @property
    def sleeps(self) -> bool:
        """It suspends to memory; one with a disk hibernates."""
        return self.freezable and not self.swap


def load(file: Path) -> dict[str, Topology]:
    """All topologies of one file, by name."""
    try:
        tables = tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BenchError(f"{file}: {error}") from None
    return {name: _topology(name, table, f"{file}: {name}") for name, table in tables.items()}


def _topology(name: str, table: dict, where: str) -> Topology:
    serial = tuple(_serial(entry, f"{where}.serial") for entry in table.pop("serial", []))
    _check_keys(Topology, table, where)
    modules = tuple(table.pop("modules", Topology.modules))
    qemu = tuple(table.pop("qemu", Topology.qemu))
    ports = [port.name for device in serial for port in device.ports]
    for port in ports:
        if ports.count(port) > 1:
            raise BenchError(f"{where}: two ports are called {port}")
    return Topology(name=name, modules=modules, qemu=qemu, serial=serial, **table)


def _serial(table: dict, where: str) -> SerialSpec:
    ports = [_port(entry, where) for entry in table.pop("ports", [])]
    count, prefix = table.pop("count", 0), table.pop("prefix", "")
    connected = table.pop("connected", False)
    ports += [PortSpec(f"{prefix}{number}", connected) for number in range(count)]
    _check_keys(SerialSpec, table, where)
    return SerialSpec(ports=tuple(ports), **table)


def _port(entry: str | dict, where: str) -> PortSpec:
    if isinstance(entry, str):
        return PortSpec(entry)
    _check_keys(PortSpec, entry, where)
    return PortSpec(**entry)


def _check_keys(kind: type, table: dict, where: str) -> None:
    known = {entry.name for entry in fields(kind)}
    for key in table:
        if key not in known:
            raise BenchError(f"{where}: unknown key {key!r} (known: {', '.join(sorted(known))})")
