# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls to the bench on the host (Documentation/testing.md), for tests in Python."""

import base64
import fcntl
import json
import os
import sys
import time
from collections.abc import Callable

PATIENCE = int(os.environ.get("GATEHOUSE_PATIENCE") or 1)


def fail(text: str) -> None:
    sys.exit(f"# FAIL: {text}")


def call(name: str, **arguments) -> dict:
    """The reply; a refusal ends the test."""
    tag = time.monotonic_ns() % 1000000
    with open(os.environ["GATEHOUSE_HOST"], "r+b", buffering=0) as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        line.write(json.dumps({"call": name, "tag": tag, **arguments}).encode() + b"\n")
        reply = {}
        while reply.get("tag") != tag:  # others are for dead askers
            text = b""
            while not text.endswith(b"\n"):
                text += line.read(65536)
            reply = json.loads(text.splitlines()[-1])
    if not reply["ok"]:
        fail(f"host {name}: {reply['error']}")
    return reply


def send(port: str, data: bytes) -> None:
    call("send", port=port, data=base64.b64encode(data).decode())


def recv(port: str, length: int | None = None) -> bytes:
    """Exactly so much, or what there is."""
    return base64.b64decode(call("recv", port=port, length=length)["data"])


def wait(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Has it come about in time?"""
    end = time.monotonic() + seconds * PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
