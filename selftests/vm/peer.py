# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's end of one port: a client of the port's unix socket.

A peer reads all the time into a buffer of at most BUFFER bytes (then it stops, as a slow program
would), so that nothing the guest does can hold up the runner. Calls come from rpc.Rpc, from the
demo and from the shell, all on the event loop; every wait has a deadline. Failures are PeerErrors
whose text goes to the guest as the reply.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from . import BenchError, pattern

BUFFER = 64 << 20
CHUNK = pattern.BLOCK


class PeerError(BenchError):
    """What was asked of the host's end could not be done."""


class Peer(asyncio.Protocol):
    """One connection, or none. `touched` tells reset that a test has used it; `wanted`: it is to
    be connected, though the machine at the other end may be off."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.touched = False
        self.wanted = False
        self._transport: asyncio.Transport | None = None
        self._background: list[asyncio.Task] = []
        self._change = asyncio.Event()
        self._clear()

    def _clear(self) -> None:
        self._received = bytearray()
        self._echoing = False
        self._discarding = False
        self._paused = False
        self._blocked = False           # the socket takes no more; set by asyncio
        self._rate = 0                  # bytes a second that it reads, or 0
        self._sated = False             # has read that much for now
        self._change.set()

    @property
    def connected(self) -> bool:
        return self._transport is not None

    # asyncio's callbacks

    def connection_made(self, transport) -> None:
        transport.set_write_buffer_limits(high=0)
        self._transport = transport

    def connection_lost(self, _exc) -> None:
        self._transport = None
        self._change.set()

    def data_received(self, data: bytes) -> None:
        if self._echoing:
            self._transport.write(data)
        elif not self._discarding:
            self._received += data
            self._change.set()
        if self._rate:
            self._sated = True
            asyncio.get_running_loop().call_later(len(data) / self._rate, self._hunger)
        self._choose_reading()

    def pause_writing(self) -> None:
        self._blocked = True
        self._choose_reading()

    def resume_writing(self) -> None:
        self._blocked = False
        self._change.set()
        self._choose_reading()

    def _hunger(self) -> None:
        self._sated = False
        self._choose_reading()

    def _choose_reading(self) -> None:
        """Read unless told not to, or full, or owing an echo."""
        if not self._transport or self._transport.is_closing():
            return
        full = len(self._received) >= BUFFER or (self._echoing and self._blocked)
        if self._paused or self._sated or full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    # connection

    async def connect(self) -> None:
        """Done already when connected."""
        self.touched = True
        if self._transport:
            return
        self._clear()
        await self._connect()
        self.wanted = True

    async def _connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: self, str(self.path))
        except OSError as error:
            raise PeerError(f"connect to {self.path}: {error.strerror}") from None

    def connect_later(self) -> None:
        """By reconnect(): the machine is off. Done already when it was connected."""
        self.touched = True
        if not self.wanted:
            self._clear()
        self.wanted = True

    async def reconnect(self) -> None:
        """To another machine in the place of one that is off; what that one has sent, and has not
        been taken yet, stays."""
        paused, self._paused = self._paused, False
        self._choose_reading()
        await self._wait(lambda: self._transport is None, 10, "end")
        self._blocked = False
        await self._connect()
        self._paused = paused
        self._choose_reading()

    async def disconnect(self) -> None:
        """Close; background work of this port ends. Done already when not connected."""
        self.touched = True
        self.wanted = False
        await self._cancel_background()
        if self._transport:
            self._transport.abort()
            await self._wait(lambda: self._transport is None, 10, "close")

    def pause(self) -> None:
        """Stop reading: what the guest sends stays in the socket, then in the guest."""
        self._need_connection()
        self._paused = True
        self._choose_reading()

    def resume(self) -> None:
        self._need_connection()
        self._paused = False
        self._choose_reading()

    def pace(self, rate: int) -> None:
        """Read so many bytes a second from now on; 0: all that comes."""
        self._need_connection()
        self._rate = rate

    def echo(self, on: bool) -> None:
        """Send back what comes, first of all what has come already."""
        self._need_connection()
        self._echoing = on
        if on and self._received:
            self._transport.write(bytes(self._received))
            self._received.clear()
        self._choose_reading()

    def discard(self) -> None:
        """Throw away what comes from now on."""
        self._need_connection()
        self._echoing = False
        self._discarding = True
        self._choose_reading()

    # data

    async def send(self, data: bytes, timeout: float = 10) -> None:
        """Return when the socket has taken all of data."""
        self._need_connection()
        self._transport.write(data)
        await self._sent(timeout)

    async def send_pattern(self, seed: int, length: int, chunk: int = CHUNK,
                           timeout: float = 60) -> dict:
        self._need_connection()
        async with _deadline(timeout, "send_pattern"):
            for offset in range(0, length, chunk):
                self._need_connection()
                self._transport.write(pattern.piece(seed, offset, min(chunk, length - offset)))
                await self._sent(timeout)
        return {"length": length}

    async def recv(self, length: int | None = None, timeout: float = 10) -> bytes:
        """Exactly length bytes, or what is there and at least one."""
        await self.wait_received(length or 1, timeout)
        return self._take(len(self._received) if length is None else length)

    async def wait_received(self, length: int, timeout: float) -> None:
        """Wait until that many bytes can be taken; what came before a loss counts."""
        self.touched = True
        await self._wait(lambda: len(self._received) >= length, timeout, "recv")

    async def recv_line(self, timeout: float = 10) -> str:
        await self._wait(lambda: b"\n" in self._received, timeout, "line")
        return self._take(self._received.index(b"\n") + 1).decode(errors="replace").strip()

    async def skip(self, last: bytes, timeout: float = 30) -> None:
        """Throw away what comes, up to and with this byte."""
        async with _deadline(timeout, "skip"):
            while (end := self._received.find(last)) < 0:
                self._take(len(self._received))
                await self.wait_received(1, timeout)
            self._take(end + 1)

    async def recv_pattern(self, seed: int, length: int, timeout: float = 60) -> dict:
        """Check the next length bytes against the stream from its start."""
        self._need_connection()
        offset = 0
        async with _deadline(timeout, "recv_pattern"):
            while offset < length:
                try:
                    data = await self.recv(timeout=timeout)
                except PeerError as error:
                    raise PeerError(f"{error} after {offset} of {length} bytes") from None
                extra = data[length - offset:]
                data = data[:length - offset]
                wrong = pattern.first_difference(seed, offset, data)
                if wrong is not None:
                    raise PeerError(f"wrong byte at offset {wrong} of {length}")
                self._received[:0] = extra
                offset += len(data)
        return {"length": length}

    async def rest(self, timeout: float = 10) -> bytes:
        """All that has come, when the machine has ended: its end of the socket is closed."""
        self._paused = False
        self._choose_reading()
        await self._wait(lambda: self._transport is None, timeout, "end of the machine")
        return self._take(len(self._received))

    def received(self) -> int:
        """How many bytes wait to be taken."""
        return len(self._received)

    # background

    def start(self, work: Callable[[], Awaitable[dict]]) -> None:
        """Let a send_pattern or recv_pattern go on by itself until join."""
        self._background.append(asyncio.create_task(work()))

    async def join(self, timeout: float = 60) -> list[dict]:
        """Results of all background work, in the order it was started."""
        tasks = self._background
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=timeout)
            if pending:
                raise PeerError(f"timeout: background work not done within {timeout} s")
        self._background = []
        return [task.result() for task in tasks]

    async def _cancel_background(self) -> None:
        tasks, self._background = self._background, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # help

    def _need_connection(self) -> None:
        self.touched = True
        if not self._transport:
            raise PeerError(f"{self.name} is not connected")

    def _take(self, length: int) -> bytes:
        data = bytes(self._received[:length])
        del self._received[:length]
        self._choose_reading()
        return data

    async def _sent(self, timeout: float) -> None:
        await self._wait(lambda: not self._blocked, timeout, "send")

    async def _wait(self, done: Callable[[], bool], timeout: float, what: str) -> None:
        """Wait until done() holds; a lost connection ends every wait but that for the loss."""
        async with _deadline(timeout, what):
            while not done():
                if self._transport is None:
                    raise PeerError(f"{what}: {self.name} is not connected")
                self._change.clear()
                await self._change.wait()


class _deadline:
    """asyncio.timeout that says what was waited for."""

    def __init__(self, seconds: float, what: str) -> None:
        self._timeout = asyncio.timeout(seconds)
        self._text = f"timeout: {what} not done within {seconds:g} s"

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *exc) -> None:
        try:
            await self._timeout.__aexit__(*exc)
        except TimeoutError:
            raise PeerError(self._text) from None
