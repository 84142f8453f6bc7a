# SPDX-License-Identifier: GPL-2.0-or-later
"""libguestfs' appliance on a kernel of the bench, with our driver in the place of the stock one.

A folder as libguestfs-make-fixed-appliance leaves it: libguestfs' init and daemon as Debian has
packaged them, and of Debian's tools those of this machine that the test calls. There are no
modules in the root: what the initramfs has loaded is all there is, so nobody but our driver can
have the port.
"""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from vm import BenchError, initramfs, rootfs
from vm.kernels import Kernel
from vm.paths import CACHE, SELFTESTS

LIBGUESTFS = CACHE / "tools" / "libguestfs"
LIBRARIES = tuple(LIBGUESTFS / folder / "x86_64-linux-gnu" for folder in ("usr/lib", "lib"))
# The generic crc32c is what ext4 asks for by name where the kernel has none.
MODULES = ("virtio_pci", "virtio_scsi", "sd_mod", "crc32c_generic", "ext4")
PROGRAMS = ("bash", "blkid", "busybox", "cat", "dd", "dmesg", "grep", "ln", "ls", "mkdir",
            "mke2fs", "mkfs.ext4", "mount", "od", "readlink", "rm", "sed", "sh", "sha256sum",
            "sync", "touch", "udevadm", "umount", "wipefs")
OTHER_FILES = ("/lib/systemd/systemd-udevd", "/lib/udev/rules.d/50-udev-default.rules",
               "/lib/udev/rules.d/60-persistent-storage.rules")
FOLDERS = ("dev", "etc", "proc", "root", "run", "sys", "tmp", "usr/bin", "usr/lib", "usr/lib64",
           "usr/sbin", "var/tmp")
LINKS = {"bin": "usr/bin", "lib": "usr/lib", "lib64": "usr/lib64", "sbin": "usr/sbin",
         "usr/sbin/reboot": "../bin/busybox"}
ROOT_SIZE = "256M"                      # sparse


def make(folder: Path, kernel: Kernel) -> None:
    """Fill a new folder."""
    if not (LIBGUESTFS / "ready").exists():
        raise BenchError("libguestfs is missing: run scripts/setup programs")
    (folder / "README.fixed").touch()
    (folder / "kernel").symlink_to(kernel.image)
    modules = initramfs.load_order(kernel, MODULES)
    modules.append(kernel.built_modules / "virtio_serial.ko")
    (folder / "initrd").write_bytes(
        initramfs.archive(modules, SELFTESTS / "guestfs" / "init"))
    _make_root(folder / "tree", folder / "root")


def _make_root(tree: Path, image: Path) -> None:
    """An image of a tree that lies beside it meanwhile."""
    for name in FOLDERS:
        (tree / name).mkdir(parents=True, exist_ok=True)
    for name, target in LINKS.items():
        (tree / name).symlink_to(target)
    daemon = LIBGUESTFS / "appliance" / "usr" / "sbin" / "guestfsd"
    programs = {rootfs.find(name) for name in PROGRAMS} | {Path(OTHER_FILES[0]), daemon}
    files = programs | rootfs.libraries(programs, LIBRARIES) | set(map(Path, OTHER_FILES))
    _copy(files - {daemon}, tree)
    shutil.copytree(LIBGUESTFS / "appliance", tree, dirs_exist_ok=True)
    made = subprocess.run([rootfs.find("mke2fs"), "-q", "-t", "ext4", "-d", tree, image,
                           ROOT_SIZE], capture_output=True, text=True, check=False)
    if made.returncode:
        raise BenchError(f"mke2fs: {made.stderr.strip()}")
    shutil.rmtree(tree)


def _copy(files: Iterable[Path], tree: Path) -> None:
    """To the paths that they have here, those of the cache to where packages put them."""
    for path in files:
        place = path.relative_to(LIBGUESTFS if path.is_relative_to(LIBGUESTFS) else "/")
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tree / place)
