# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test in the guest may ask of the host: JSON lines over the guest's ttyS1.

One request at a time. A new line while one is served means that the asker was killed: the old
request is dropped. A `tag` in a request comes back in its reply. Described for test authors in
Documentation/testing.md.
"""

import asyncio
import base64
import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING

from . import BenchError
from .panic import Panic
from .peer import CHUNK, PeerError
from .topology import PortSpec, SerialSpec

if TYPE_CHECKING:
    from .machine import Machine

REQUEST_MAX = 1 << 20
RECV_MAX = 48 << 10                     # what fits the guest's tty buffer as base64


class Rpc:
    """Serves one machine, whose ports are there. panic: how the test that runs ends its machine, if
    it does."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._ports = machine.ports
        self._qemu = machine.qemu
        self._later: list[asyncio.Task] = []    # what is to be done while the guest sleeps
        self.panic: Panic | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the line closes. Never raises for what the guest sends."""
        current: asyncio.Task | None = None
        try:
            while line := await self._next_line(reader):
                if current:
                    current.cancel()
                    await asyncio.gather(current, return_exceptions=True)
                current = asyncio.create_task(self._reply(line, writer))
        except ConnectionError:
            pass
        finally:
            if current:
                current.cancel()

    @staticmethod
    async def _next_line(reader: asyncio.StreamReader) -> bytes:
        """The next line; one that is too long is dropped."""
        while True:
            try:
                return await reader.readline()
            except ValueError:
                pass

    async def _reply(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        reply: dict = {}
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise ValueError("not an object")
            if "tag" in request:
                reply["tag"] = request.pop("tag")
            reply |= await self._call(request)
        except BenchError as error:
            reply |= {"ok": False, "error": str(error)}
        except TimeoutError:
            reply |= {"ok": False, "error": "timeout"}
        except (ValueError, TypeError, KeyError) as error:
            reply |= {"ok": False, "error": f"bad request: {error!r}"}
        writer.write(json.dumps(reply).encode() + b"\n")

    async def _call(self, request: dict) -> dict:
        name = request.pop("call")
        handler: Callable[..., Awaitable[dict | None]] | None = getattr(self, f"_do_{name}", None)
        if handler is None:
            calls = sorted(key[4:] for key in dir(self) if key.startswith("_do_"))
            raise PeerError(f"no call {name!r} (there are: {', '.join(calls)})")
        if limit := inspect.signature(handler).parameters.get("timeout"):
            request["timeout"] = request.get("timeout", limit.default) * self._machine.kernel.patience
        return {"ok": True, **(await handler(**request) or {})}

    # connections

    async def _do_connect(self, port: str) -> None:
        await self._ports.connect(port)

    async def _do_disconnect(self, port: str) -> None:
        await self._ports.peer(port).disconnect()

    async def _do_flap(self, ports: list, rounds: int, timeout: float = 10) -> None:
        """Host ends come and go faster than a guest can follow, and are gone at the end."""
        for _ in range(rounds):
            for port in ports:
                await self._ports.peer(port).connect()
            for port in ports:
                await self._ports.peer(port).disconnect()
        async with asyncio.timeout(timeout):
            await self._ports.wait_gone(ports)

    async def _do_pause(self, port: str) -> None:
        self._ports.peer(port).pause()

    async def _do_resume(self, port: str) -> None:
        self._ports.peer(port).resume()

    async def _do_pace(self, port: str, rate: int) -> None:
        self._ports.peer(port).pace(rate)

    async def _do_echo(self, port: str, on: bool = True) -> None:
        self._ports.peer(port).echo(on)

    async def _do_discard(self, port: str) -> None:
        self._ports.peer(port).discard()

    # data

    async def _do_send(self, port: str, data: str, timeout: float = 10) -> None:
        await self._ports.peer(port).send(base64.b64decode(data, validate=True), timeout)

    async def _do_recv(self, port: str, length: int | None = None, timeout: float = 10) -> dict:
        if length is not None and not 0 < length <= RECV_MAX:
            raise PeerError(f"recv: length is 1 to {RECV_MAX}; use recv_pattern for more")
        peer = self._ports.peer(port)
        if length is None:
            await peer.wait_received(1, timeout)
            length = min(peer.received(), RECV_MAX)
        data = await peer.recv(length, timeout)
        return {"data": base64.b64encode(data).decode()}

    async def _do_send_pattern(self, port: str, seed: int, length: int, chunk: int = CHUNK,
                               timeout: float = 60, background: bool = False) -> dict | None:
        peer = self._ports.peer(port)
        return await self._work(
            peer, lambda: peer.send_pattern(seed, length, chunk, timeout), background)

    async def _do_recv_pattern(self, port: str, seed: int, length: int, timeout: float = 60,
                               background: bool = False) -> dict | None:
        peer = self._ports.peer(port)
        return await self._work(
            peer, lambda: peer.recv_pattern(seed, length, timeout), background)

    @staticmethod
    async def _work(peer, work: Callable[[], Awaitable[dict]], background: bool) -> dict | None:
        if not background:
            return await work()
        peer.start(work)
        return None

    async def _do_join(self, port: str, timeout: float = 60) -> dict:
        return {"results": await self._ports.peer(port).join(timeout)}

    async def _do_received(self, port: str) -> dict:
        """How many bytes wait on the host, without taking them."""
        return {"length": self._ports.peer(port).received()}

    async def _do_skip(self, port: str, byte: int, timeout: float = 30) -> None:
        await self._ports.peer(port).skip(bytes([byte]), timeout)

    async def _do_exchange(self, port: str, line: str, timeout: float = 10) -> dict:
        peer = self._ports.peer(port)
        await peer.send(line.encode() + b"\n", timeout)
        return {"line": await peer.recv_line(timeout)}

    # hot plug

    async def _do_plug(self, port: str, bus: str = "vser0", nr: int | None = None,
                       connected: bool = False, console: bool = False) -> None:
        await self._ports.plug(PortSpec(port, connected, nr, console=console), bus)

    async def _do_unplug(self, port: str) -> None:
        await self._ports.unplug(port)

    async def _do_plug_device(self, id: str, ports: list, max_ports: int = 31) -> None:
        specs = tuple(PortSpec(p) if isinstance(p, str) else PortSpec(**p) for p in ports)
        await self._ports.plug_device(SerialSpec(id, specs, max_ports))

    async def _do_unplug_device(self, id: str) -> None:
        await self._ports.unplug_device(id)

    # while the guest sleeps

    async def _do_wake(self, meanwhile: list = (), timeout: float = 30) -> None:
        """From now on: when the guest sleeps, make these calls, then wake it."""
        self._start(self._wake(meanwhile, timeout))

    async def _do_when_said(self, text: str, meanwhile: list, timeout: float = 30) -> None:
        """From now on: when the guest's console says this, make these calls."""
        self._start(self._when_said(text, meanwhile, timeout))

    async def _do_return(self, meanwhile: list = ()) -> None:
        """From now on: when the guest has hibernated, make these calls, then have another machine
        go on with it."""
        self._later.append(self._machine.return_after(lambda: self._call_all(meanwhile)))

    def _start(self, work: Coroutine) -> None:
        self._later.append(asyncio.create_task(work))

    async def _wake(self, meanwhile: list, timeout: float) -> None:
        await self._qemu.wait_asleep(timeout)
        await self._call_all(meanwhile)
        await self._qemu.execute("system_wakeup", {})

    async def _when_said(self, text: str, meanwhile: list, timeout: float) -> None:
        await self._machine.wait_said(text, timeout)
        await self._call_all(meanwhile)

    async def _call_all(self, requests: list) -> None:
        for request in requests:
            await self._call(dict(request))

    async def _do_woken(self) -> None:
        """What came of all that was to be done meanwhile."""
        later, self._later = self._later, []
        if not later:
            raise BenchError("nothing was to be done")
        await asyncio.gather(*later)

    async def _do_qmp(self, execute: str, arguments: dict | None = None) -> dict:
        return {"return": await self._qemu.execute(execute, arguments or {})}

    async def _do_panics(self, reason: str, came: dict) -> None:
        """From now on the test owes a panic."""
        for port in came:
            self._ports.peer(port)
        self.panic = Panic(str(reason), {port: dict(texts) for port, texts in came.items()})

    # the guest's own script

    async def _do_reset(self) -> None:
        self.panic = None
        for task in self._later:
            task.cancel()
        self._later.clear()
        await self._ports.reset()

    async def _do_end(self) -> None:
        """Wait until all that the guest said on its console has arrived."""
        async with asyncio.timeout(10):
            await self._machine.ended.wait()
