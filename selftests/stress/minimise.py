# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a finding short: which of its calls does it need?

Most findings can be seen once in a boot, so each try takes a new machine, and there are few. The
first one tells how many programs it takes, those after it leave out lines, first half of them.
"""

from collections.abc import Awaitable, Callable

# Does this text lead to the same finding?
Try = Callable[[str], Awaitable[bool]]


def lines_of(text: str) -> list[str]:
    """Calls, and the empty lines between programs; no comments."""
    return [line for line in text.splitlines() if not line.startswith("#")]


async def minimise(text: str, attempt: Try, tries: int) -> str:
    """The shortest text found within that many tries."""
    lines = lines_of(text)
    size = len(lines) // 2
    while size and tries > 0:
        start = 0
        while start < len(lines) and tries > 0:
            shorter = lines[:start] + lines[start + size:]
            tries -= 1
            if any(shorter) and await attempt("\n".join(shorter) + "\n"):
                lines = shorter
            else:
                start += size
        size //= 2
    return "\n".join(lines) + "\n"
