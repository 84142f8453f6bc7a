# SPDX-License-Identifier: GPL-2.0-or-later
"""transcript.py PAGE TOPOLOGY: does what a page shows, and compares what comes of it.

A transcript is a block of the page, indented by four spaces. `# COMMAND` runs in the guest, by
bash; `host$ COMMAND` is one of HOST and done by the bench. The lines below are what all that runs
prints from then on: `...` is anything, numbers and digests are as good as others, and so are runs
of spaces. A comment `<!-- replay: TOPOLOGY -->` before a block names its machine, else it is udev;
`no` is none. Used by transcripts.sh.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.environ["GATEHOUSE_SOURCE"] + "/selftests/lib")
import host  # noqa: E402

PORTS = {"/tmp/port0": "org.gatehouse.test.0", "/tmp/port1": "org.gatehouse.test.1"}
DEADLINE = 15
OUTPUT = Path("transcript")
CLASS = Path("/sys/class/virtio-ports")


def is_connected(port: str) -> bool:
    """Does the guest know?"""
    for folder in CLASS.iterdir():
        if (folder / "name").read_text(encoding="ascii").strip() == port:
            return (folder / "host_connected").read_text(encoding="ascii").startswith("1")
    return False


def send(port: str, text: str) -> None:
    host.call("connect", port=port)
    host.wait(lambda: is_connected(port))
    host.send(port, text.encode() + b"\n")


def host_echoes(port: str) -> None:
    host.call("connect", port=port)
    host.call("echo", port=port)


def host_sends(text: str, port: str) -> None:
    """Leaves when it has seen its text printed; some print it later, or nowhere."""
    send(port, text)
    host.wait(lambda: text in OUTPUT.read_text(errors="replace"), 1)
    host.call("disconnect", port=port)


def host_prints(port: str) -> None:
    """What it has got by now is printed."""
    host.call("connect", port=port)
    data = host.recv(port)
    with OUTPUT.open("ab") as output:
        output.write(data)


def host_asks(text: str, port: str) -> None:
    send(port, text)
    host_prints(port)


SOCKET = r"UNIX-CONNECT:(/tmp/port\d)"
HOST = {
    rf"socat {SOCKET} EXEC:cat &": host_echoes,
    rf"echo (.*) \| socat -u - {SOCKET}": host_sends,
    rf"echo (.*) \| socat - {SOCKET}": host_asks,
    rf"socat -u {SOCKET} -": host_prints,
}


def do_host(command: str) -> None:
    for pattern, action in HOST.items():
        if match := re.fullmatch(pattern, command):
            action(*(PORTS.get(word, word) for word in match.groups()))
            return
    host.fail(f"the replay knows no host command '{command}'")


def blocks(page: Path, topology: str):
    """The transcripts for a machine: (number of the first line, lines)."""
    block, first, machine = [], 0, "udev"
    for number, line in enumerate([*page.read_text(encoding="utf-8").splitlines(), "end"], 1):
        if line.startswith("    "):
            first = first if block else number
            block.append(line[4:])
            continue
        if block and line:
            if machine == topology:
                yield first, block
            block, machine = [], "udev"
        if match := re.match(r"<!-- replay: (\w+) -->", line):
            machine = match[1]


def normal(line: str) -> str:
    line = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", line)
    return re.sub(r" +", " ", re.sub(r"\d+", "N", line)).strip()


def matches(expected: list[str], lines: list[str]) -> bool:
    pattern = ""
    for line in map(normal, expected):
        any_text = re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        pattern += r"(?:.*\n)*" if line == "..." else any_text
    return re.fullmatch(pattern, "".join(normal(line) + "\n" for line in lines)) is not None


class Replay:
    """One block: a shell in the guest, and what all has printed."""

    def __init__(self) -> None:
        OUTPUT.write_bytes(b"")
        self.seen = 0
        self.shell = subprocess.Popen(["bash"], stdin=subprocess.PIPE, text=True, bufsize=1,
                                      stdout=OUTPUT.open("ab"), stderr=subprocess.STDOUT,
                                      start_new_session=True)

    def step(self, command: str, expected: list[str]) -> str:
        """"" or what is wrong."""
        if command.startswith("# "):
            done = Path("done")
            done.unlink(missing_ok=True)
            self.shell.stdin.write(command[2:] + "\n: >done\n")
            host.wait(done.exists, DEADLINE)
            if not done.exists():
                return "it does not end"
        else:
            do_host(command.removeprefix("host$ "))
        printed: list[str] = []

        def is_there() -> bool:
            printed[:] = self.lines()
            return matches(expected, printed)

        host.wait(is_there, DEADLINE)
        self.seen += len(printed)
        return "" if matches(expected, printed) else "it printed\n" + "\n".join(printed)

    def lines(self) -> list[str]:
        return OUTPUT.read_text(errors="replace").splitlines()[self.seen:]

    def end(self) -> None:
        os.killpg(self.shell.pid, 9)
        self.shell.wait()
        for port in PORTS.values():
            host.call("disconnect", port=port)


def steps(block: list[str]):
    """(offset, command, lines below it)"""
    starts = [i for i, line in enumerate(block) if line.startswith(("# ", "host$ "))]
    for start, end in zip(starts, [*starts[1:], len(block)]):
        yield start, block[start], [line for line in block[start + 1:end] if line]


def main() -> None:
    page, topology = Path(sys.argv[1]), sys.argv[2]
    count = failed = 0
    for first, block in blocks(page, topology):
        replay = Replay()
        for offset, command, expected in steps(block):
            count += 1
            if problem := replay.step(command, expected):
                failed += 1
                print(f"# FAIL: {page.name}:{first + offset}: {command}: {problem}")
                break
        replay.end()
    print(f"# {count} commands of {page.name}")
    sys.exit(failed > 0 or not count)


main()
