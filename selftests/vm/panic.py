# SPDX-License-Identifier: GPL-2.0-or-later
"""A test that ends its machine by a panic: what it has declared, and whether it came so.

Such a test says so by the call `panics`, then makes its kernel panic. Nothing in the guest can
tell how that went; so the host looks, when the machine has ended, at what its consoles and ports
got. Of the kernel's log the panic's own headline is expected, and nothing else.
"""

from dataclasses import dataclass

from . import splat
from .peer import PeerError
from .ports import Ports


@dataclass(frozen=True)
class Panic:
    """reason: as panic() gives it; came: by port and text, how often the text is in what came."""

    reason: str
    came: dict[str, dict[str, int]]

    @property
    def headline(self) -> str:
        return f"Kernel panic - not syncing: {self.reason}"

    def others(self, console: list[str]) -> list[splat.Splat]:
        """What the kernel has said besides."""
        return splat.find([line for line in console if self.headline not in line])

    async def problem(self, console: list[str], ports: Ports) -> str:
        """How it was otherwise than declared; nothing if it was so. console: since the test
        began; the machine has ended."""
        if not any(self.headline in line for line in console):
            return f"the machine ended without '{self.headline}'"
        for name, texts in self.came.items():
            try:
                got = (await ports.peer(name).rest()).decode(errors="replace")
            except PeerError as error:
                return str(error)
            for text, count in texts.items():
                if (found := got.count(text)) != count:
                    return f"{text!r} came {found} times to {name}, not {count}: {got[-300:]!r}"
        return ""
