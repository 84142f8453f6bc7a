# SPDX-License-Identifier: GPL-2.0-or-later
"""An interactive shell, or one command, in a machine: selftests/run --shell.

The shell has a serial line of its own (ttyS2) beside the console, and ttyS3 for the size of the
terminal, since a serial line can't carry that. See vm/guest-shell for the other end.
"""

import asyncio
import os
import shlex
import signal
import sys

from . import splat, terminal
from .kernels import Kernel
from .machine import SHELL_LINES, Machine
from .topology import PortSpec, SerialSpec, Topology

ECHO = "org.gatehouse.echo"
TOPOLOGY = Topology(name="shell", udev=True, serial=(SerialSpec("vser0", (
    PortSpec(ECHO, connected=True),
    PortSpec("org.gatehouse.0"),
    PortSpec("org.gatehouse.1"),
)),))
CONSOLE_TAIL = 15


class Shell:
    """One session. command: words to run instead of an interactive shell."""

    def __init__(self, kernel: Kernel, topology: Topology, command: list[str],
                 verbose: bool) -> None:
        self.kernel = kernel
        self.topology = topology
        self._command = command
        self._verbose = verbose
        self._quit = asyncio.Event()

    async def run(self, machine: Machine, raw: terminal.Raw, alive: int) -> int:
        """The command's exit status; 0 for an interactive shell."""
        self._quit_on_signals(alive)
        files = {"shell": "%d %d\n" % terminal.size() if raw.active else "raw\n"}
        if self._command:
            one = len(self._command) == 1
            files["shell-command"] = self._command[0] if one else shlex.join(self._command)
        try:
            await machine.start(files, SHELL_LINES)
            if self.topology is TOPOLOGY:
                machine.ports.peer(ECHO).echo(True)
            if not self._command:
                self._greet(machine)
            await self._relay(machine, raw)
            status = self._status(machine)
        finally:
            await machine.stop()
        return status

    def on_line(self, line: str) -> None:
        """The console: shown with -v, and always when it is a splat."""
        if self._verbose or splat.find([line]):
            sys.stderr.write(line + "\r\n")
            sys.stderr.flush()

    def _greet(self, machine: Machine) -> None:
        ports = machine.ports.all()
        width = max((len(port.spec.name) for port in ports), default=0)
        text = [f"Kernel {self.kernel.release}, machine {self.topology.name}. "
                "The host's files are here; what you change is gone at the end.",
                "Ctrl-A x ends the machine. `host plug port=NAME` and the other calls of "
                "Documentation/testing.md work.", ""]
        for port in ports:
            what = (" (the host echoes)" if port.spec.name == ECHO else
                    " (the host is connected)" if port.spec.connected else "")
            text.append(f"  {port.spec.name:{width}}  host: {port.host.path}{what}")
        sys.stderr.write("\r\n".join([*text, "", ""]))
        sys.stderr.flush()

    def _quit_on_signals(self, alive: int) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._quit.set)
        loop.add_reader(alive, self._quit.set)

    async def _relay(self, machine: Machine, raw: terminal.Raw) -> None:
        """Pass bytes both ways until the machine ends or the person quits."""
        loop = asyncio.get_running_loop()
        reader, writer = await machine.open_line("shell")
        _, resize = await machine.open_line("resize")
        keys = terminal.Keys()

        def typed() -> None:
            data, leave = keys.feed(os.read(0, 4096))
            writer.write(data)
            if leave or not (data or keys.pending):
                self._quit.set()

        if raw.active:
            loop.add_reader(0, typed)
            loop.add_signal_handler(
                signal.SIGWINCH, lambda: resize.write(b"%d %d\n" % terminal.size()))
        show = asyncio.create_task(_show(reader, raw))
        ended = asyncio.create_task(machine.wait())
        leave = asyncio.create_task(self._quit.wait())
        await asyncio.wait((ended, leave), return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            await show
        for task in (show, ended, leave):
            task.cancel()

    def _status(self, machine: Machine) -> int:
        try:
            status = int(machine.read_result("shell-status"))
        except ValueError:
            if self._quit.is_set():
                return 130 if self._command else 0
            sys.stderr.write("\r\nthe machine ended by itself; its console said last:\r\n")
            sys.stderr.write("\r\n".join(machine.console[-CONSOLE_TAIL:]) + "\r\n")
            return 1
        return status if self._command else 0


async def _show(reader: asyncio.StreamReader, raw: terminal.Raw) -> None:
    try:
        while data := await reader.read(1 << 16):
            raw.show(data)
    except ConnectionError:
        pass
