# SPDX-License-Identifier: GPL-2.0-or-later
"""echo.py WAY NODE: sends back what comes from a port, until the host leaves.

As programs in Python do it: by select.select, select.poll, select.epoll, asyncio's streams, or
its reader and writer callbacks. Used by programs.sh. Prints `ready` when it waits for data.
"""

import asyncio
import os
import select
import sys


class Echo:
    """A non-blocking port and what is owed to its host."""

    def __init__(self, node: str) -> None:
        self.fd = os.open(node, os.O_RDWR | os.O_NONBLOCK)
        self.owed = bytearray()
        self.done = False

    def read(self) -> None:
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return
        self.owed += data
        self.done = not data

    def write(self) -> None:
        try:
            del self.owed[:os.write(self.fd, self.owed)]
        except BlockingIOError:
            pass


def by_select(echo: Echo) -> None:
    while not echo.done:
        readable, writable, _ = select.select([echo.fd], [echo.fd] if echo.owed else [], [])
        if readable:
            echo.read()
        if writable:
            echo.write()


def by_poll(echo: Echo, poller) -> None:
    """poller: select.poll() or select.epoll(); their flags are the same numbers."""
    poller.register(echo.fd, select.POLLIN)
    while not echo.done:
        for _, events in poller.poll():
            if events & select.POLLIN:
                echo.read()
            if events & select.POLLOUT:
                echo.write()
        poller.modify(echo.fd, select.POLLIN | (select.POLLOUT if echo.owed else 0))


async def by_callbacks(echo: Echo) -> None:
    loop, end = asyncio.get_running_loop(), asyncio.Event()

    def readable() -> None:
        echo.read()
        if echo.done:
            end.set()
        elif echo.owed:
            loop.add_writer(echo.fd, writable)

    def writable() -> None:
        echo.write()
        if not echo.owed:
            loop.remove_writer(echo.fd)

    loop.add_reader(echo.fd, readable)
    await end.wait()


async def by_streams(node: str) -> None:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    port = open(node, "r+b", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), port)
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(os.dup(port.fileno()), "wb", buffering=0))
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def main() -> None:
    way, node = sys.argv[1:]
    if way == "streams":
        asyncio.run(by_streams(node))
        return
    echo = Echo(node)
    if way == "callbacks":
        asyncio.run(by_callbacks(echo))
    elif way == "select":
        by_select(echo)
    else:
        by_poll(echo, getattr(select, way)())


main()
