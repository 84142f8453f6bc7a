# SPDX-License-Identifier: GPL-2.0-or-later
"""The person's terminal while a shell runs in a machine.

Two processes guard it: the parent only waits and puts the terminal back when the child, which
does all the work, has ended in any way; the child ends when the parent is gone (a pipe tells).
"""

import os
import signal
import sys
import termios
import tty
from collections.abc import Callable

ALTERNATE_ON, ALTERNATE_OFF = b"\x1b[?1049h", b"\x1b[?1049l"
ESCAPE = 1                              # Ctrl-A


def guarded(work: Callable[[int], int]) -> int:
    """Run work in a child; its result is the exit status. work gets a descriptor that ends
    (is readable) when the parent has died."""
    saved = termios.tcgetattr(0) if sys.stdin.isatty() else None
    alive, keep = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(keep)
        os._exit(_flushed(work, alive))
    os.close(alive)
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda n, _frame: os.kill(child, n))
    _, status = os.waitpid(child, 0)
    if saved:
        termios.tcsetattr(0, termios.TCSAFLUSH, saved)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _flushed(work: Callable[[int], int], alive: int) -> int:
    try:
        return work(alive)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


class Raw:
    """Raw mode inside the with block, when there is a terminal at both ends."""

    def __init__(self) -> None:
        self.active = sys.stdin.isatty() and sys.stdout.isatty()
        self._alternate = False

    def __enter__(self) -> "Raw":
        if self.active:
            self._saved = termios.tcgetattr(0)
            tty.setraw(0)
        return self

    def __exit__(self, *_exc) -> None:
        if self._alternate:
            os.write(1, ALTERNATE_OFF + b"\x1b[?25h\x1b[0m")
        if self.active:
            termios.tcsetattr(0, termios.TCSAFLUSH, self._saved)

    def show(self, data: bytes) -> None:
        """Write to the terminal; remember whether a full-screen program holds it."""
        if self.active and b"\x1b[?1049" in data:
            self._alternate = data.rfind(ALTERNATE_ON) > data.rfind(ALTERNATE_OFF)
        while data:
            data = data[os.write(1, data):]


class Keys:
    """Finds Ctrl-A x in what is typed. Ctrl-A Ctrl-A is one Ctrl-A."""

    def __init__(self) -> None:
        self.pending = False            # Ctrl-A has come, what follows it has not

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """What goes to the guest, and whether to quit."""
        out = bytearray()
        for byte in data:
            if self.pending:
                self.pending = False
                if byte in b"xX":
                    return bytes(out), True
                out += bytes([byte] if byte == ESCAPE else [ESCAPE, byte])
            elif byte == ESCAPE:
                self.pending = True
            else:
                out.append(byte)
        return bytes(out), False


def size() -> tuple[int, int]:
    """Rows and columns."""
    columns, rows = os.get_terminal_size(0)
    return rows or 24, columns or 80
