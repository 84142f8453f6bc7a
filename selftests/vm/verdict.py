# SPDX-License-Identifier: GPL-2.0-or-later
"""What came of a test, and of a boot outside of its tests; and how a test is judged."""

from dataclasses import dataclass, field

from .plan import Job, Test
from .splat import Splat


@dataclass
class Result:
    """status: pass, fail or skip; reason: why, in one line; the rest is for the last screen."""

    test: Test
    job: Job
    status: str
    seconds: float = 0
    reason: str = ""
    log: list[str] = field(default_factory=list)
    kernel_log: list[str] = field(default_factory=list)
    splats: list[Splat] = field(default_factory=list)


@dataclass
class Trouble:
    """Something outside of any test that makes the run fail. test: the id of one to look at."""

    text: str
    console: list[str] = field(default_factory=list)
    splats: list[Splat] = field(default_factory=list)
    test: str = ""


def judge(word: str, log: list[str], splats: list[Splat]) -> tuple[str, str]:
    """Status and reason from the guest's word, the test's output and the kernel's."""
    if splats:
        more = f" (and {len(splats) - 1} more)" if len(splats) > 1 else ""
        return "fail", f"kernel log: {splats[0].title}{more}"
    if word == "pass":
        return "pass", ""
    if word == "timeout":
        return "fail", "deadline passed"
    if word == "skip":
        reasons = [line.split("SKIP", 1)[1].strip() for line in log if "# SKIP" in line]
        if any(reasons):
            return "skip", next(filter(None, reasons))
        return "fail", "skipped without a reason"
    return "fail", _last_word(log)


def _last_word(log: list[str]) -> str:
    """The line that says most: the first failed check, else the last line."""
    for line in log:
        if line.lstrip("# ").startswith(("FAIL", "not ok")) or "assert" in line.lower():
            return line.strip("# ")
    lines = [line for line in log if line.strip()]
    return lines[-1].strip("# ") if lines else "no output"
