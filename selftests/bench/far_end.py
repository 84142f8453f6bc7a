# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's end of a measured port: a thread on a blocking socket.

Not the test bench's peer, which keeps and checks all it gets on the event loop: here the host
shall cost as little as it can. It counts, and a count that differs ends the run.

It also takes the CPU time that QEMU spends on each measure, guest and devices together: on a host
with other work to do that is a steadier number than the time on the clock.
"""

import socket
import struct
import time
from pathlib import Path

from vm import BenchError

from .measure import Measure

CHUNK = 256 << 10
TIMEOUT = 60                            # for one call; the session's own deadline comes first


class FarEnd:
    """One connection. play() is run in a thread; close() from another one ends it."""

    def __init__(self, path: Path) -> None:
        self._buffer = bytearray(CHUNK)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(TIMEOUT)
        self._socket.connect(str(path))
        self._clock = _cpu_clock(_peer_pid(self._socket))

    def close(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass                        # QEMU has gone first
        self._socket.close()

    def play(self, measures: tuple[Measure, ...]) -> list[float]:
        """The other part of each measure, in order, see vser_throughput.cpp; QEMU's CPU seconds
        for each."""
        try:
            return [self._timed(measure) for measure in measures]
        except OSError as error:
            raise BenchError(f"the host's end: {error}") from None

    def _timed(self, measure: Measure) -> float:
        self._receive(1)
        begin = time.clock_gettime(self._clock)
        self._socket.sendall(b"!")
        getattr(self, f"_{measure.kind}")(measure)
        return time.clock_gettime(self._clock) - begin

    def _write(self, measure: Measure) -> None:
        self._receive(measure.total)
        self._socket.sendall(b"!")

    def _read(self, measure: Measure) -> None:
        self._receive(1)
        data = memoryview(self._buffer)
        for offset in range(0, measure.total, CHUNK):
            self._socket.sendall(data[:min(CHUNK, measure.total - offset)])

    def _pingpong(self, measure: Measure) -> None:
        for _ in range(measure.count):
            self._receive(measure.size)
            self._socket.sendall(memoryview(self._buffer)[:measure.size])

    def _receive(self, length: int) -> None:
        """Exactly that much: the guest waits for us now, so more would be wrong."""
        got = 0
        while got < length:
            count = self._socket.recv_into(self._buffer)
            if not count:
                raise BenchError(f"the connection ended after {got} of {length} bytes")
            got += count
        if got > length:
            raise BenchError(f"{got} bytes came where the guest wrote {length}")


def _peer_pid(connection: socket.socket) -> int:
    """Whose socket this is connected to: QEMU."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return struct.unpack("iii", credentials)[0]


def _cpu_clock(pid: int) -> int:
    """The clock of a process's CPU time, as clock_getcpuclockid(3) makes it."""
    return ~pid << 3 | 2
