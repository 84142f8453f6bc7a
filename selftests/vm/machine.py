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
import shutil
import socket
import stat
from collections.abc import Callable, Iterable
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
        self._console_writer: asyncio.StreamWriter | None = None

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
        self.ports = Ports(self.topology, self.folder / "ports", self.qemu)
        inherited = {}
        for name in (*lines, "monitor"):
            self.sockets[name], other = socket.socketpair()
            self.sockets[name].setblocking(False)
            inherited[name] = other.detach()
        words = qemu.command(self.kernel, self.topology, self._accel, path_for(self.kernel),
                             self.results, inherited, [port.host for port in self.ports.all()])
        (self.folder / "command").write_text(shlex.join(words) + "\n")
        await self.qemu.start(words, list(inherited.values()), self.sockets.pop("monitor"),
                              self.folder / "qemu.log")
        await self._serve_lines()
        await self.ports.connect_declared()
        await self.qemu.run()

    async def wait(self) -> int:
        """QEMU's exit code, when the machine has ended by itself and the console is complete."""
        code = await self.qemu.wait()
        await self._tasks[0]
        return code

    async def stop(self) -> None:
        """End it now, whatever it does; return when nothing of it is left."""
        await self.qemu.stop()
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
        self._tasks.append(asyncio.create_task(self._read_console(reader)))
        reader, writer = await self.open_line("rpc")
        self.rpc = Rpc(self.ports, self.qemu, self.ended, self.kernel.patience)
        self._tasks.append(asyncio.create_task(self.rpc.serve(reader, writer)))

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
