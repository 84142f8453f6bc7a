# SPDX-License-Identifier: GPL-2.0-or-later
"""The root of a machine that is to sleep, as one archive: 9p, which other machines have theirs from,
can't sleep.

It holds what vm/guest and the tests run, at the paths that it has here, and the libraries and
modules of that; nothing else of this machine.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from . import BenchError
from .initramfs import load_order
from .kernels import Kernel
from .paths import SELFTESTS
from .topology import Topology

PROGRAMS = ("bash", "cat", "cp", "dd", "dmesg", "flock", "grep", "insmod", "mkdir", "modprobe",
            "mount", "rm", "rmmod", "setsid", "sleep", "stty", "swapon", "timeout",
            "umount", "uname")


def write(target: Path, kernel: Kernel, topology: Topology, tests: Iterable[Path]) -> None:
    """An archive for a machine with these test programs."""
    programs = {*map(find, PROGRAMS), *tests}
    files = programs | libraries(programs) | set((SELFTESTS / "vm").glob("guest*"))
    files.add(SELFTESTS / "lib" / "test.sh")
    files |= set(kernel.modules.glob("modules.*"))
    for word in topology.modules:
        name = word.split()[0]
        built = kernel.built_modules / f"{name}.ko"
        files |= {built} if built.exists() else set(load_order(kernel, [name]))
    with tarfile.open(target, "w", dereference=True) as tar:
        for path in sorted(files):
            tar.add(path)


def find(program: str) -> Path:
    """The file of a program of this machine."""
    found = shutil.which(program, path="/bin:/usr/bin:/sbin:/usr/sbin")
    if not found:
        raise BenchError(f"{program} is missing: run scripts/setup packages")
    return Path(found)


def libraries(programs: Iterable[Path], folders: Iterable[Path] = ()) -> set[Path]:
    """What the loader finds for them, in these folders first; scripts need nothing."""
    words: list[str] = []
    places = {"LD_LIBRARY_PATH": ":".join(map(str, folders))} if folders else {}
    for program in programs:
        told = subprocess.run(["ldd", program], env=os.environ | places, capture_output=True,
                              text=True, check=False)
        words += told.stdout.split()
    return {Path(word) for word in words if word.startswith("/") and not word.endswith(":")}
