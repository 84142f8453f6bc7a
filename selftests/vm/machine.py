# SPDX-License-Identifier: GPL-2.0-or-later
"""One virtual machine from start to stop.

Owns QEMU, the console's text, the host ends of the ports and the folder with them; all of it is
gone after stop(), which is safe at any moment. Everything runs on one event loop, in tasks of the
machine's own, so that a hostile or hung guest costs the runner nothing but this machine.
"""

import asyncio
import io
import os
import re
import shlex
import subprocess
import shutil
import socket
import stat
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from . import qemu, rootfs, splat
from .initramfs import path_for
from .kernels import Kernel
from .paths import CACHE, PROGRAMS, SOURCE
from .ports import Ports
from .rpc import Rpc
from .topology import Topology

SHELL_LINES = ("console", "rpc", "shell", "resize")
TEST_LINES = ("console", "rpc")
_RESULT_MAX = 1 << 20                  # a longer file of the guest's is cut
_LINE_MAX = 4096                        # a longer console line is cut
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\t\x20-\x7e\u00a0-\U0010ffff]")


class Machine:
    """on_line is called with each line of the console, on the event loop. more: variables for
    the guest."""

    def __init__(self, kernel: Kernel, topology: Topology, accel: str, folder: Path,
                 on_line: Callable[[str], None] = lambda line: None,
                 more: dict[str, str] | None = None) -> None:
        self.kernel = kernel
        self.topology = topology
        self.folder = folder
        self.results = folder / "results"
        self.console: list[str] = []
        self.ended = asyncio.Event()            # the guest has said its last line
        self.ports: Ports
        self.rpc: Rpc
        self.sockets: dict[str, socket.socket] = {}
        self.qemu = qemu.Qemu()
        self._accel = accel
        self._on_line = on_line
        self._more = more or {}
        self._tasks: list[asyncio.Task] = []
        self._console_task: asyncio.Task | None = None
        self._console_writer: asyncio.StreamWriter | None = None
        self._news = asyncio.Event()            # of the console
        self._return: asyncio.Task | None = None

    def read_result(self, name: str) -> str:
        """What the guest wrote to a file of the results share, up to 1 MiB; "" if there is none.

        The guest may have put anything there: a link into the host's files is not followed.
        """
        with self._open_result(name) as file:
            return file.read(_RESULT_MAX).decode(errors="replace")

    def take_result(self, name: str, target: Path) -> None:
        """Copy such a file, however long, when there is one."""
        with self._open_result(name) as file, target.open("wb") as copy:
            shutil.copyfileobj(file, copy)

    def _open_result(self, name: str) -> BinaryIO:
        try:
            number = os.open(self.results / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return io.BytesIO()
        file = open(number, "rb")
        if stat.S_ISREG(os.fstat(number).st_mode):
            return file
        file.close()
        return io.BytesIO()

    async def start(self, files: dict[str, str], lines: tuple[str, ...] = TEST_LINES,
                    programs: Iterable[Path] = ()) -> None:
        """Boot. files: more files for the guest's /run/gatehouse, by name; programs: that it will
        run, if it has not the host's."""
        self.results.mkdir()
        (self.folder / "ports").mkdir()
        for name, text in {"environment": self._environment(), **files}.items():
            (self.results / name).write_text(text)
        if self.topology.freezable:
            rootfs.write(self.results / "root.tar", self.kernel, self.topology, programs)
        if self.topology.swap:
            self._make_swap()
        self.ports = Ports(self.topology, self.folder / "ports", self.qemu)
        self.rpc = Rpc(self)
        await self._power_on(lines)
        await self.ports.connect_declared()
        await self.qemu.run()

    async def _power_on(self, lines: tuple[str, ...], resume: bool = False) -> None:
        inherited = {}
        for name in (*lines, "monitor"):
            self.sockets[name], other = socket.socketpair()
            self.sockets[name].setblocking(False)
            inherited[name] = other.detach()
        words = qemu.command(self.kernel, self.topology, self._accel, path_for(self.kernel),
                             self.results, inherited, [port.host for port in self.ports.all()],
                             self._swap, resume)
        (self.folder / "command").write_text(shlex.join(words) + "\n")
        await self.qemu.start(words, list(inherited.values()), self.sockets.pop("monitor"),
                              self.folder / "qemu.log")
        await self._serve_lines()

    @property
    def _swap(self) -> Path:
        return self.folder / "swap"

    def _make_swap(self) -> None:
        with self._swap.open("wb") as file:
            file.truncate(self.topology.swap << 20)
        subprocess.run(["mkswap", "-q", self._swap], check=True, env=os.environ | {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})

    def return_after(self, meanwhile: Callable[[], Awaitable[None]]) -> asyncio.Task:
        """The next time it is off, it has hibernated: another QEMU goes on with it, after
        `meanwhile`, with the ports that there are by then, and host ends that are back."""
        self._return = asyncio.create_task(self._come_back(meanwhile))
        return self._return

    async def _come_back(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        if code := await self.qemu.wait():
            raise BenchError(f"it has not hibernated, but ended (exit code {code})")
        await self._console_task
        await meanwhile()
        await self._power_on(TEST_LINES, resume=True)
        await self.ports.reconnect()
        await self.qemu.run()

    async def wait(self) -> int:
        """QEMU's exit code, when the machine has ended by itself and the console is complete."""
        code = await self.qemu.wait()
        while returning := self._return:
            self._return = None
            await asyncio.wait([returning])
            code = await self.qemu.wait()
        await self._console_task
        return code

    async def wait_said(self, text: str, timeout: float) -> None:
        """Return when a line of the console that is not there yet has this text."""
        start = len(self.console)
        try:
            async with asyncio.timeout(timeout):
                while not any(text in line for line in self.console[start:]):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise BenchError(f"the console has not said {text!r} within {timeout:g} s") from None

    async def stop(self) -> None:
        """End it now, whatever it does; return when nothing of it is left."""
        await self.qemu.stop()
        if self._return:
            self._tasks.append(self._return)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if hasattr(self, "ports"):
            await self.ports.close()
        for line in self.sockets.values():
            line.close()

    async def sysrq(self, letters: str) -> None:
        """Have the kernel say more, through the console line: w blocked tasks, l all CPUs."""
        for letter in letters:
            await self.qemu.send_break()
            self._console_writer.write(letter.encode())
            await asyncio.sleep(1)

    async def _serve_lines(self) -> None:
        reader, self._console_writer = await self.open_line("console")
        self._console_task = asyncio.create_task(self._read_console(reader))
        reader, writer = await self.open_line("rpc")
        self._tasks += [self._console_task, asyncio.create_task(self.rpc.serve(reader, writer))]

    async def open_line(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The host's end of a serial line."""
        return await asyncio.open_unix_connection(sock=self.sockets.pop(name), limit=1 << 20)

    async def _read_console(self, reader: asyncio.StreamReader) -> None:
        """Split into lines by hand: a guest need not send any newline."""
        rest = b""
        try:
            while data := await reader.read(1 << 16):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._console_line(line)
                if len(rest) > _LINE_MAX:
                    self._console_line(rest)
                    rest = b""
        except ConnectionError:
            pass
        if rest:
            self._console_line(rest)

    def _console_line(self, raw: bytes) -> None:
        text = _CONTROL.sub("", raw[:_LINE_MAX].decode(errors="replace"))
        self.console.append(text)
        self._news.set()
        if "gatehouse-end" in text:
            self.ended.set()
        self._on_line(text)

    def _environment(self) -> str:
        """Shell assignments for the guest; the tests see them all."""
        values = {
            "GATEHOUSE_KERNEL": self.kernel.name,
            "GATEHOUSE_TOPOLOGY": self.topology.name,
            "GATEHOUSE_SOURCE": SOURCE,
            "GATEHOUSE_BIN": PROGRAMS / "bin",
            "GATEHOUSE_MODULES": self.kernel.built_modules,
            "GATEHOUSE_CACHE": CACHE,
            "GATEHOUSE_HOST": "/dev/ttyS1",
            "GATEHOUSE_KERNEL_TREE": self.kernel.modules,
            "GATEHOUSE_INSMOD": "\n".join(self.topology.modules),
            "GATEHOUSE_UDEV": "1" if self.topology.udev else "",
            "GATEHOUSE_FREEZABLE": "1" if self.topology.freezable else "",
            "GATEHOUSE_SWAP": "/dev/vda" if self.topology.swap else "",
            "GATEHOUSE_SPLATS": splat.PATTERN,
            "GATEHOUSE_DEBUG": "1" if self.kernel.is_debug else "",
            "GATEHOUSE_PATIENCE": self.kernel.patience,
            "HOME": "/root",
            "PATH": f"{PROGRAMS / 'bin'}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "TERM": os.environ.get("TERM", "dumb"),
            "LANG": "C.UTF-8",
            **self._more,
        }
        return "".join(f"export {name}={shlex.quote(str(value))}\n"
                       for name, value in values.items())
