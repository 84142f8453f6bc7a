# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of QEMU's monitor protocol (JSON lines). Used by qemu.Qemu alone."""

import asyncio
import json
from collections import deque

from . import BenchError

EVENTS = 1000                           # kept for wait_event; older ones are forgotten


class QmpError(BenchError):
    """QEMU refused a command; the text is QEMU's."""


class Qmp:
    """One monitor connection. Commands may overlap; each waits for its own reply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._replies: dict[int, asyncio.Future] = {}
        self._events: deque[tuple[str, dict]] = deque(maxlen=EVENTS)
        self._news = asyncio.Condition()
        self._task: asyncio.Task | None = None

    async def start(self) -> None:
        """Read the greeting and leave negotiation mode."""
        if not await self._reader.readline():
            raise BenchError("QEMU ended before its monitor answered")
        self._task = asyncio.create_task(self._read())
        await self.execute("qmp_capabilities")

    async def execute(self, command: str, **arguments) -> object:
        """Run one command, return what it returns, raise QmpError when QEMU refuses."""
        if self._task is None or self._task.done():
            raise QmpError("QEMU has ended")
        self._number += 1
        reply = self._replies[self._number] = asyncio.get_running_loop().create_future()
        request = {"execute": command, "id": self._number, "arguments": arguments}
        self._writer.write(json.dumps(request).encode() + b"\n")
        return await reply

    async def wait_event(self, name: str, timeout: float, **data) -> None:
        """Wait for an event, also one that came before the call, and consume it."""
        def matching():
            for entry in self._events:
                if entry[0] == name and data.items() <= entry[1].items():
                    return entry
            return None

        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(matching)
                self._events.remove(matching())
        except TimeoutError:
            raise QmpError(f"no {name} {data} within {timeout} s") from None

    def close(self) -> None:
        if self._task:
            self._task.cancel()
        self._writer.close()

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                message = json.loads(line)
                if "event" in message:
                    async with self._news:
                        self._events.append((message["event"], message.get("data", {})))
                        self._news.notify_all()
                    continue
                reply = self._replies.pop(message.get("id"), None)
                if reply is None or reply.done():
                    continue
                if "error" in message:
                    reply.set_exception(QmpError(message["error"]["desc"]))
                else:
                    reply.set_result(message["return"])
        except ConnectionError:
            pass
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(QmpError("QEMU has ended"))
