# SPDX-License-Identifier: GPL-2.0-or-later
"""alike.py SEED ROUNDS OURS THEIRS: sends the same random pieces of requests to both agents, at
sockets, and compares all that comes back. Used by alike.sh.
"""

import os
import random
import select
import socket
import subprocess
import sys
import time

PIECES = [b'{', b'}', b'[', b']', b':', b',', b'"execute"', b'"guest-ping"', b'"id"', b'1', b'-2',
          b'0', b'1.5', b'1e3 ', b'true', b'null', b'foo', b"'a'", b'"\\u00e9"', b'"\\n"',
          b'"\\ud83d\\ude00"', b'\xff', b'\x01', b'@', b' ', b'\n', b'\t', b'"\xc3\xa9"', b'"a',
          b'-', b'.', b'{"execute":"guest-ping"}', b'"arguments"', b'{}', b'[]', b'\\', b'%',
          b'a', b'E', b'+']
END = b'\n\xff{"execute":"guest-sync-delimited","arguments":{"id":77}}\n'
END_REPLY = b'\xff{"return": 77}\n'
PATIENCE = 10 * int(os.environ.get("GATEHOUSE_PATIENCE") or 1)


class Agent:
    """One of the two, started with these words, at a socket."""

    def __init__(self, path: str, words: list[str]) -> None:
        self.process = subprocess.Popen([*words, "-m", "unix-listen", "-p", path])
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + PATIENCE
        while self.socket.connect_ex(path):
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit(f"# FAIL: {words[0]} does not come up")
            time.sleep(0.05)

    def answer(self, message: bytes) -> bytes:
        """All that it says up to the end that is sent behind the message."""
        self.socket.sendall(message + END)
        reply = b""
        while not reply.endswith(END_REPLY):
            if not select.select([self.socket], [], [], PATIENCE)[0]:
                return reply + b"...and nothing more"
            data = self.socket.recv(65536)
            if not data:
                return reply + b"...and is gone"
            reply += data
        return reply


def main() -> None:
    seed, rounds = int(sys.argv[1]), int(sys.argv[2])
    ours = Agent(os.path.abspath("ours"), [sys.argv[3], "-l", "/dev/null"])
    theirs = Agent(os.path.abspath("theirs"), [sys.argv[4], "-t", "/run"])
    random.seed(seed)
    differ = 0
    for _ in range(rounds):
        message = b"".join(random.choices(PIECES, k=random.randint(1, 14)))
        answers = ours.answer(message), theirs.answer(message)
        if answers[0] != answers[1]:
            differ += 1
            print(f"# {message!r}\n#   ours:   {answers[0]!r}\n#   theirs: {answers[1]!r}")
    for agent in (ours, theirs):
        agent.process.terminate()
        agent.process.wait()
    print(f"# seed {seed}: {rounds} messages, {differ} answered otherwise")
    sys.exit(differ > 0)


main()
