# SPDX-License-Identifier: GPL-2.0-or-later
"""spice.py DAEMON NODE: drives spice-vdagentd from both its sides; used by spice.sh.

The host is a SPICE server: messages in chunks, by spice-protocol's vd_agent.h. The session's agent,
which would be a program under X, is this script at the daemon's socket; the mouse that the daemon
moves is a file, which it treats as /dev/uinput.
"""

import os
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.environ["GATEHOUSE_SOURCE"] + "/selftests/lib")
import host  # noqa: E402

PORT = "com.redhat.spice.0"
MOUSE_STATE, ANNOUNCE_CAPABILITIES = 1, 6
CHUNK, MESSAGE = struct.Struct("<II"), struct.Struct("<IIQI")
CLIENT = 1                              # the chunk's port: from the client of the server
EVENT = struct.Struct("<qqHHi")         # struct input_event
SYN, KEY, ABS, LEFT = 0, 1, 3, 0x110


def message(kind: int, data: bytes) -> bytes:
    return CHUNK.pack(CLIENT, MESSAGE.size + len(data)) + MESSAGE.pack(1, kind, 0, len(data)) + data


def join_session() -> socket.socket:
    """Say what the screen is: then the daemon opens the port."""
    session = socket.socket(socket.AF_UNIX)
    if not host.wait(lambda: session.connect_ex("socket") == 0):
        host.fail("the daemon does not come up")
    resolution = struct.pack("<5i", 1024, 768, 0, 0, 0)
    session.sendall(struct.pack("<4I", 0, 1024, 768, len(resolution)) + resolution)
    return session


def expect_announcement(asks: bool) -> None:
    """The agent tells what it can; at first it asks the same."""
    _, size = CHUNK.unpack(host.recv(PORT, CHUNK.size))
    text = host.recv(PORT, size)
    protocol, kind, _, length = MESSAGE.unpack_from(text)
    request, *_ = struct.unpack_from("<I", text, MESSAGE.size)
    if (protocol, kind, length, request) != (1, ANNOUNCE_CAPABILITIES, size - MESSAGE.size, asks):
        host.fail(f"no announcement: {text.hex()}")


def expect_moves(first: int) -> None:
    """The pointer goes where the host says, in its order; the button is held."""
    moves = [(x, 2 * x) for x in range(first, first + 50)]
    host.send(PORT, b"".join(message(MOUSE_STATE, struct.pack("<IIIB", x, y, 2, 0))
                             for x, y in moves))
    wanted = [event for x, y in moves for event in ((ABS, 0, x), (ABS, 1, y))]

    def positions() -> list[tuple[int, ...]]:
        with open("mouse", "rb") as file:
            events = [event[2:] for event in EVENT.iter_unpack(file.read())]
        return [event for event in events if event[0] == ABS][2 * (first - 1):]

    if not host.wait(lambda: positions() == wanted):
        host.fail(f"the mouse went {positions()}")
    with open("mouse", "rb") as file:
        if (KEY, LEFT, 1) not in [event[2:] for event in EVENT.iter_unpack(file.read())]:
            host.fail("the button was not pressed")


def leave() -> None:
    """The daemon opens the port anew; what came between would be thrown away at the close."""
    host.call("disconnect", port=PORT)
    with open("log", encoding="ascii") as log:
        said: list[str] = []
        if not host.wait(lambda: said.extend(log.readlines()) or "reconnecting" in "".join(said)):
            host.fail(f"the daemon did not see that the host left: {said}")


def main() -> None:
    daemon, node = sys.argv[1:]
    open("mouse", "wb").close()
    host.call("connect", port=PORT)
    with open("log", "wb") as log, \
            subprocess.Popen([daemon, "-x", "-d", "-X", "-f", "-u", f"{os.getcwd()}/mouse", "-S",
                              f"{os.getcwd()}/socket", "-s", node], stderr=log) as process:
        try:
            with join_session():
                expect_announcement(asks=True)
                expect_moves(1)
                leave()
                host.call("connect", port=PORT)
                host.send(PORT, message(ANNOUNCE_CAPABILITIES, struct.pack("<II", 1, 1)))
                expect_announcement(asks=False)
                expect_moves(51)
        finally:
            process.terminate()


main()
