# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's results as rows, for JSON and for the tables. ratio: how many times better ours is."""

from dataclasses import dataclass
from statistics import median

from .measure import MEASURES, SINKS, Measure, Sample
from .memory import Memory

Rounds = dict[str, list[list[Sample]]]  # by driver: for each round, one for each measure


@dataclass
class Results:
    """What was measured; None: left out. timed: rounds with a program at the host's end; signals:
    by driver, one round with kicks; counted, sunk: rounds with instructions, the latter with the
    null device."""

    accel: str = ""
    timed: Rounds | None = None
    signals: dict[str, list[Sample]] | None = None
    counted: Rounds | None = None
    sunk: Rounds | None = None
    memory: list[Memory] | None = None


def rows(results: Results) -> dict[str, list[dict]]:
    """By part: a row for each measure, or for each number of ports."""
    found: dict[str, list[dict]] = {}
    if results.timed:
        found["rates"] = [
            _name(measure) | _rates(measure, index, results.timed)
            | {name: _signals(measure, index, results.signals, name)
               for name in ("kicks", "interrupts")}
            for index, measure in enumerate(MEASURES)]
    if results.counted:
        found["instructions"] = [
            _name(measure) | _instructions(measure, index, rounds)
            for measures, rounds in ((SINKS, results.sunk), (MEASURES, results.counted))
            for index, measure in enumerate(measures)]
    if results.memory:
        found["memory"] = [memory.row for memory in results.memory]
    return found


def _name(measure: Measure) -> dict:
    return {"kind": measure.kind, "size": measure.size, "count": measure.count,
            "title": measure.title, "per": measure.per}


def _values(index: int, rounds: Rounds, name: str) -> dict[str, list]:
    return {driver: [getattr(taken[index], name) for taken in samples]
            for driver, samples in rounds.items()}


def _rates(measure: Measure, index: int, rounds: Rounds) -> dict:
    seconds, cpu = _values(index, rounds, "seconds"), _values(index, rounds, "cpu")

    def of(driver: str) -> dict:
        return {"median": measure.value(median(seconds[driver])), "unit": measure.unit,
                "seconds": seconds[driver], "cpu_seconds": cpu[driver]}

    return {
        **{driver: of(driver) for driver in rounds},
        "ratio": median(seconds["stock"]) / median(seconds["ours"]),
        "ratios": [stock / ours for stock, ours in zip(seconds["stock"], seconds["ours"])],
        "cpu_ratio": median(cpu["stock"]) / median(cpu["ours"]),
    }


def _signals(measure: Measure, index: int, signals: dict[str, list[Sample]], name: str) -> dict:
    return {driver: measure.count_per(getattr(samples[index], name))
            for driver, samples in signals.items()}


def _instructions(measure: Measure, index: int, rounds: Rounds) -> dict:
    """The median, and how far apart the rounds are, relative to it."""
    found = _values(index, rounds, "instructions")
    middle = {driver: measure.count_per(median(values)) for driver, values in found.items()}
    return {**middle, "ratio": middle["stock"] / middle["ours"],
            "spread": max((max(values) - min(values)) / median(values)
                          for values in found.values()),
            "counts": found}
