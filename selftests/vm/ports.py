# SPDX-License-Identifier: GPL-2.0-or-later
"""The ports of one machine: those of its topology, and those plugged while it runs.

Owns a Peer for each. `reset` brings all back to what the topology says, so that no test sees
what another one left: called by the guest before each test.
"""

from dataclasses import dataclass
from pathlib import Path

from . import BenchError
from .peer import Peer, PeerError
from .qemu import HostPort, Qemu
from .rundir import SOCKET_PATH_MAX
from .topology import PortSpec, SerialSpec, Topology


@dataclass
class Port:
    """spec: what was asked for; host: the same as QEMU has it; peer: the host's end."""

    spec: PortSpec
    host: HostPort
    peer: Peer


class Ports:
    """All ports by name. plug and unplug are called by rpc.Rpc, one at a time."""

    def __init__(self, topology: Topology, folder: Path, qemu: Qemu) -> None:
        self._topology = topology
        self._folder = folder
        self._qemu = qemu
        self._made = 0
        self._devices: dict[str, SerialSpec] = {}       # those plugged by a test
        self._ports: dict[str, Port] = {}
        for device in topology.serial:
            for spec in device.ports:
                self._ports[spec.name] = self._make(spec, device.id)

    def _make(self, spec: PortSpec, bus: str) -> Port:
        self._made += 1
        path = self._folder / spec.name.replace("/", "_")
        if len(str(path)) > SOCKET_PATH_MAX:
            path = self._folder / f"port{self._made}"
        kind = "virtconsole" if spec.console else "virtserialport"
        host = HostPort(f"port{self._made}", spec.name, bus, path, spec.nr, kind, spec.null)
        return Port(spec, host, Peer(spec.name, path))

    def all(self) -> list[Port]:
        return list(self._ports.values())

    def peer(self, name: str) -> Peer:
        if name not in self._ports:
            raise PeerError(f"no port {name} (there are: {', '.join(self._ports)})")
        return self._ports[name].peer

    async def wait_gone(self, names: list[str]) -> None:
        """Return when QEMU, too, knows that the host ends are gone."""
        await self._qemu.wait_disconnected({self._ports[name].host.ident for name in names})

    async def connect(self, name: str) -> None:
        """At once, or, to a machine that is off, when it is on."""
        peer = self.peer(name)
        if self._qemu.is_running:
            await peer.connect()
        else:
            peer.connect_later()

    async def connect_declared(self) -> None:
        """Connect the peers that the topology wants connected."""
        for port in self._ports.values():
            if port.spec.connected:
                await port.peer.connect()
                port.peer.touched = False

    async def reconnect(self) -> None:
        """To another QEMU: those that were connected to the last one."""
        for port in self._ports.values():
            if port.peer.wanted:
                await port.peer.reconnect()

    async def plug(self, spec: PortSpec, bus: str) -> None:
        """Of a machine that is off: it will have the port when it is on."""
        if spec.name in self._ports:
            raise PeerError(f"{spec.name} is there already")
        port = self._make(spec, bus)
        if self._qemu.is_running:
            await self._qemu.plug_port(port.host)
        self._ports[spec.name] = port
        if spec.connected:
            await port.peer.connect()

    async def unplug(self, name: str) -> None:
        peer = self.peer(name)
        if self._qemu.is_running:
            await self._qemu.unplug_port(self._ports[name].host)
        await peer.disconnect()
        del self._ports[name]

    async def plug_device(self, device: SerialSpec) -> None:
        if device.id in self._devices:
            raise PeerError(f"device {device.id} is there already")
        ports = [self._make(spec, device.id) for spec in device.ports]
        await self._qemu.plug_device(device, [port.host for port in ports])
        self._devices[device.id] = device
        for port in ports:
            self._ports[port.spec.name] = port
            if port.spec.connected:
                await port.peer.connect()

    async def unplug_device(self, name: str) -> None:
        if name not in self._devices:
            raise PeerError(f"no plugged device {name}")
        ports = [port for port in self._ports.values() if port.host.bus == name]
        await self._qemu.unplug_device(self._devices[name], [port.host for port in ports])
        del self._devices[name]
        for port in ports:
            await port.peer.disconnect()
            del self._ports[port.spec.name]

    async def reset(self) -> None:
        """Back to the topology: what was plugged goes, what was unplugged returns, used
        connections are made anew."""
        for name in list(self._devices):
            await self.unplug_device(name)
        declared = {spec.name: (spec, device.id)
                    for device in self._topology.serial for spec in device.ports}
        for name in list(self._ports):
            if name not in declared or self._ports[name].spec != declared[name][0]:
                await self.unplug(name)
        for name, (spec, bus) in declared.items():
            if name not in self._ports:
                await self.plug(spec, bus)
            port = self._ports[name]
            if port.peer.touched:
                await port.peer.disconnect()
                if spec.connected:
                    await port.peer.connect()
            port.peer.touched = False

    async def close(self) -> None:
        """Drop every connection; the machine has ended."""
        for port in self._ports.values():
            try:
                await port.peer.disconnect()
            except BenchError:
                pass
