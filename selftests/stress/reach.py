# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a module a run has reached, function by function.

gcc calls KCOV at each basic block; KCOV's record has the addresses that these calls return to, and
the module's relocations have them all.
"""

from collections import Counter
from dataclasses import dataclass

from vm.symbols import Symbols

_KCOV = "__sanitizer_cov_trace_pc"
_SECTIONS = (".text", ".text.unlikely")  # what runs but once, at loading, is elsewhere


@dataclass
class Reach:
    """Blocks of each function: all of them, and those that were reached."""

    blocks: Counter[str]
    reached: Counter[str]

    def summary(self) -> str:
        return (f"reached {self.reached.total()} of {self.blocks.total()} blocks, "
                f"{len(+self.reached)} of {len(self.blocks)} functions")

    def table(self) -> str:
        """A line for each function; those of which least was reached come first."""
        order = sorted(self.blocks, key=lambda f: (self.reached[f] / self.blocks[f], f))
        return "".join(f"{self.reached[f]:4} of {self.blocks[f]:4}  {f}\n" for f in order)


def measure(symbols: Symbols, name: str, record: str) -> Reach:
    """record: addresses, one a line."""
    seen = {int(line, 16) for line in record.split()}
    reach = Reach(Counter(), Counter())
    module = symbols.module(name)
    for section, offset in module.returns(_KCOV) if module else []:
        if section not in _SECTIONS:
            continue
        function = module.function(section, offset)
        reach.blocks[function] += 1
        reach.reached[function] += symbols.address(name, section, offset) in seen
    return reach
