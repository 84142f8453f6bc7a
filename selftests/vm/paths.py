# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie: the source tree, what the build left, the cache of kernels."""

import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
SELFTESTS = SOURCE / "selftests"
BUILD = SOURCE / "build"
PROGRAMS = Path(os.environ.get("GATEHOUSE_PROGRAMS") or BUILD)  # bin/ and test/
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gatehouse"
GUEST_INIT = SELFTESTS / "vm" / "init"
