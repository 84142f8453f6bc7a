# SPDX-License-Identifier: GPL-2.0-or-later
"""The private folder of one run: sockets, results, console logs. Nothing survives the run.

A run holds a lock on the file `lock` in its folder for as long as it lives. A run that was
killed can't clean up; the next one finds its folder unlocked and removes it. Machines die with
their runner (PDEATHSIG), so an unlocked folder has no user.
"""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX = "gatehouse-"
SOCKET_PATH_MAX = 107
_ORPHAN_AGE = 3600                      # a folder without a lock file: its maker died very early


def _base() -> Path:
    """A short place: the paths of unix sockets have a limit."""
    place = os.environ.get("TMPDIR", "/tmp")
    return Path(place if len(place) <= 32 else "/tmp")


class RunDir:
    """Owns the folder; a context manager that removes it."""

    def __init__(self) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_base()))
        self._lock = os.open(self.path / "lock.new", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        os.rename(self.path / "lock.new", self.path / "lock")

    def __enter__(self) -> "RunDir":
        return self

    def __exit__(self, *_exc) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    def folder(self, name: str) -> Path:
        """A new folder for one machine."""
        path = self.path / name
        path.mkdir()
        return path


def sweep() -> None:
    """Remove the folders of runs that are dead."""
    for folder in _base().glob(PREFIX + "*"):
        try:
            if folder.stat().st_uid == os.getuid() and _is_dead(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            pass


def _is_dead(folder: Path) -> bool:
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - folder.stat().st_mtime > _ORPHAN_AGE
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
