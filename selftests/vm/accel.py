# SPDX-License-Identifier: GPL-2.0-or-later
"""KVM when it is proven to run a stock kernel, TCG otherwise.

A /dev/kvm may open, answer and then hang on the first guest. So each kernel is tried once per
boot of this machine, in a machine of its own with a short deadline; the answer is cached.
GATEHOUSE_ACCEL=tcg|kvm overrides.
"""

import asyncio
import os
import sys
from pathlib import Path

from . import BenchError
from .kernels import Kernel
from .machine import Machine
from .paths import CACHE
from .rundir import RunDir
from .topology import Topology

PROBE_DEADLINE = 10
_PROBE = Topology("probe", modules=())


class Accel:
    """Chooses for each kernel; says once on stderr why KVM is not used."""

    def __init__(self, rundir: RunDir) -> None:
        self._rundir = rundir
        self._lock = asyncio.Lock()
        self._told = False

    async def choose(self, kernel: Kernel) -> str:
        wanted = os.environ.get("GATEHOUSE_ACCEL", "")
        if wanted in ("tcg", "kvm"):
            return wanted
        if wanted:
            raise BenchError(f"GATEHOUSE_ACCEL is {wanted!r}: tcg or kvm")
        reason = _hint()
        if reason is None:
            async with self._lock:
                reason = await self._probed(kernel)
        if reason and not self._told:
            self._told = True
            print(f"# QEMU TCG: {reason}", file=sys.stderr, flush=True)
        return "tcg" if reason else "kvm"

    async def _probed(self, kernel: Kernel) -> str:
        """Why KVM is no good for this kernel, or an empty text; from the cache if known."""
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        note = CACHE / "accel" / f"{boot}-{kernel.release}"
        if note.exists():
            return note.read_text()
        reason = await self._probe(kernel)
        note.parent.mkdir(parents=True, exist_ok=True)
        for old in note.parent.iterdir():
            if not old.name.startswith(boot):
                old.unlink(missing_ok=True)
        note.write_text(reason)
        return reason

    async def _probe(self, kernel: Kernel) -> str:
        machine = Machine(kernel, _PROBE, "kvm", self._rundir.folder(f"probe-{kernel.name}"))
        try:
            async with asyncio.timeout(PROBE_DEADLINE):
                await machine.start({"plan": ""})
                await machine.wait()
        except TimeoutError:
            return f"/dev/kvm does not run kernel {kernel.name} (nothing within {PROBE_DEADLINE} s)"
        except BenchError as error:
            return f"/dev/kvm does not start a machine: {error}"
        finally:
            await machine.stop()
        return "" if machine.ended.is_set() else f"/dev/kvm fails on kernel {kernel.name}"


def _hint() -> str | None:
    """A reason that needs no probe."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "no usable /dev/kvm"
    if Path("/sys/module/kvm_pvm").exists():
        return "/dev/kvm is kvm_pvm, which hangs on a stock kernel"
    return None
