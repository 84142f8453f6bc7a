# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands in a guest, told from the host: for programs that show something, like the demo.

A loop in the guest reads commands from a serial line (ttyS2) and ends the output of each with a
mark and its exit status. Background commands (with &) go on beside.
"""

import asyncio

from . import BenchError
from .machine import Machine

LINES = ("console", "rpc", "shell")
FILES = {
    "shell": "raw\n",
    "shell-command": r"""
printf '\ngatehouse-done 0\n'
while IFS= read -r line <&3; do
	eval "$line" 2>&1
	printf '\ngatehouse-done %d\n' $?
done 3</dev/ttyS2
""",
}
_MARK = b"\ngatehouse-done "
BOOT_DEADLINE = 90


class Remote:
    """Runs commands one after the other in a machine started with FILES and LINES."""

    def __init__(self, machine: Machine, reader: asyncio.StreamReader,
                 writer: asyncio.StreamWriter) -> None:
        self._machine = machine
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, machine: Machine) -> "Remote":
        """Boot the machine and return when it takes commands."""
        await machine.start(FILES, LINES)
        remote = cls(machine, *await machine.open_line("shell"))
        await remote._answer("boot", BOOT_DEADLINE * machine.kernel.patience)
        return remote

    async def run(self, command: str, timeout: float = 30) -> str:
        """What the command printed; BenchError when it fails or takes too long."""
        self._writer.write(command.replace("\n", " ").encode() + b"\n")
        return await self._answer(command, timeout)

    async def _answer(self, command: str, timeout: float) -> str:
        try:
            async with asyncio.timeout(timeout):
                output = (await self._reader.readuntil(_MARK)).removesuffix(_MARK)
                status = int(await self._reader.readline())
        except TimeoutError:
            raise BenchError(f"no end within {timeout:g} s in the guest: {command}") from None
        except asyncio.IncompleteReadError:
            tail = "\n".join(self._machine.console[-20:])
            raise BenchError(f"the machine ended; its console said last:\n{tail}") from None
        text = output.decode(errors="replace").strip()
        if status:
            raise BenchError(f"exit status {status} in the guest: {command}\n{text}")
        return text
