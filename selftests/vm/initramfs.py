# SPDX-License-Identifier: GPL-2.0-or-later
"""The initramfs of a bench machine: busybox, vm/init, and the modules that mount the host's root.

Kept in the cache under a name made from all that goes in, so it is built once for a kernel
(0.1 s) and again only when one of the parts changes. Not compressed: unpacking costs guest time.
"""

import hashlib
import lzma
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from . import BenchError
from .kernels import Kernel
from .paths import CACHE, GUEST_INIT

MODULES = ("virtio_pci", "virtio_mmio", "virtio_blk", "9pnet_virtio", "9p", "overlay")
APPLETS = ("sh", "mount", "umount", "mkdir", "cat", "cp", "tar", "insmod", "ifconfig", "hostname",
           "switch_root", "findfs", "sleep")
FOLDERS = ("bin", "dev", "proc", "sys", "modules", "overlay", "host", "results", "root")


def path_for(kernel: Kernel) -> Path:
    """The initramfs for a kernel, made now if need be."""
    busybox = _busybox()
    modules = load_order(kernel, MODULES)
    key = hashlib.sha256()
    for part in (busybox, GUEST_INIT, Path(__file__), *modules):
        stat = part.stat()
        key.update(f"{part} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    target = CACHE / "initramfs" / f"{kernel.release}-{key.hexdigest()[:16]}.cpio"
    if not target.exists():
        _write(target, archive(modules))
        _drop_old(target, kernel)
    return target


def _busybox() -> Path:
    """A busybox that needs no library."""
    found = shutil.which("busybox", path="/bin:/usr/bin:" + os.environ.get("PATH", ""))
    if not found:
        raise BenchError("busybox is missing: run scripts/setup packages")
    return Path(found)


def load_order(kernel: Kernel, names: Iterable[str]) -> list[Path]:
    """Files of modules and of what they need, each after its needs; built-in ones drop out."""
    paths: dict[str, list[str]] = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        target, _, needs = line.partition(":")
        paths[_module_name(target)] = [target, *needs.split()]
    order: list[str] = []
    for name in names:
        for path in reversed(paths.get(name, [])):
            if path not in order:
                order.append(path)
    return [kernel.modules / path for path in order]


def _module_name(path: str) -> str:
    return Path(path).name.split(".ko")[0].replace("-", "_")


def _read_module(path: Path) -> bytes:
    """The plain ELF of a module that may be packed."""
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
    return path.read_bytes()


def archive(modules: list[Path], init: Path = GUEST_INIT) -> bytes:
    """A newc cpio archive, as the kernel's initramfs code reads it."""
    parts: list[bytes] = []

    def add(name: str, mode: int, data: bytes = b"") -> None:
        fields = (len(parts) + 1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
        parts.append(_pad(head) + _pad(data))

    for folder in FOLDERS:
        add(folder, 0o040755)
    add("bin/busybox", 0o100755, _busybox().read_bytes())
    for applet in APPLETS:
        add(f"bin/{applet}", 0o120777, b"busybox")
    names = [f"{_module_name(path.name)}.ko" for path in modules]
    for name, path in zip(names, modules):
        add(f"modules/{name}", 0o100644, _read_module(path))
    add("modules/order", 0o100644, "\n".join(names).encode())
    add("init", 0o100755, init.read_bytes())
    add("TRAILER!!!", 0)
    return b"".join(parts)


def _pad(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _write(target: Path, data: bytes) -> None:
    """Several runs may make the same file at once: each writes its own, the last name wins."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
        file.write(data)
    os.rename(file.name, target)


def _drop_old(target: Path, kernel: Kernel) -> None:
    for path in target.parent.glob(f"{kernel.release}-*.cpio"):
        if path != target:
            path.unlink(missing_ok=True)
