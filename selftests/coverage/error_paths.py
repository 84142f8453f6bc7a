# SPDX-License-Identifier: GPL-2.0-or-later
"""Error paths of a source, and whether a run has taken them.

An error path is a statement that leaves the normal way (returns an errno, goes to a label, sets
err), the first one after a label or after a condition that asks for failure or is followed by a
way out, and the failing side of TRY(). Blocks are told by their indentation.

An optimising compiler leaves no line to `return NULL;`. Then the branches of the condition before
it tell: two for each of its terms, in no order that says which is which. Where one of the two was
never taken, it is the one to the statement, unless what comes after it never ran either.
"""

import re
from dataclasses import dataclass

from tracefile import Source

LEAVES = re.compile(r"return (.*-E|err\b|ret\b|ERR_|PTR_ERR|NULL|nullptr|Error\b|failed\(|.*take_error)"
                    r"|goto (?!again|retry|next)|(err|ret) = -E")
CHOICE = re.compile(r"return [^:]*\?[^:]*: -E")
ENDS = re.compile(r"(return|goto|break|continue)\b")
CONDITION = re.compile(r"(\} )?(else )?(if|while|for|switch) ?\(|(\} )?else\b")
FAILURE = re.compile(r"!|< 0|\berr(or)?\b|IS_ERR|failed|errno")
LABEL = re.compile(r"(?!public|private|protected|default)\w+:$")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
WIDTH = 96


@dataclass(frozen=True)
class ErrorPath:
    """text: the condition, if there is one, and the statement."""

    line: int
    text: str


class Paths:
    """The error paths of one source text, whose lines count from 1."""

    def __init__(self, text: str) -> None:
        plain = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
        lines = ["", *plain.expandtabs(8).splitlines()]
        self._code = [line.strip() for line in lines]
        self._indent = [len(line) - len(line.lstrip()) for line in lines]

    def untaken(self, runs: list[Source]) -> list[ErrorPath]:
        """Error paths that none of the runs has taken; one for each condition or label."""
        found: dict[int, int] = {}
        for line, statement in enumerate(self._code):
            if not self._is_error(line) or not self._is_untaken(line, runs):
                continue
            lead = line if "TRY(" in statement else self._lead(line)
            if lead not in found or (LEAVES.match(statement) and not LABEL.match(self._code[lead])):
                found[lead] = line
        return [ErrorPath(line, self._describe(lead, line)) for lead, line in sorted(found.items())]

    def _is_error(self, line: int) -> bool:
        statement = self._code[line]
        if "TRY(" in statement:
            return not statement.startswith("#")
        if not statement or CONDITION.match(statement) or LABEL.match(statement):
            return False
        if LEAVES.match(statement):
            return True
        lead = self._lead(line)
        if lead == line or self._before(line) != self._opener(line):
            return False
        return any((LABEL.match(self._code[lead]), ENDS.match(statement),
                    FAILURE.search(self._joined(lead, line - 1))))

    def _is_untaken(self, line: int, runs: list[Source]) -> bool:
        if "TRY(" in self._code[line]:
            return (any(run.lines.get(line) for run in runs)
                    and not any(self._failed(line, run) for run in runs))
        counts = [self._count(line, run) for run in runs]
        if CHOICE.match(self._code[line]):
            counts = [min(run.branches.get(line, [0])) for run in runs]
        return 0 in counts and not any(counts)

    def _failed(self, line: int, run: Source) -> int:
        """How often a TRY() failed: its branches come after those of terms evaluated before."""
        outer, _, inner = self._code[line].partition("TRY(")
        branches = run.branches.get(line, [])
        first = 2 * (len(re.findall(r"&&|\|\|", outer)) + inner.count(" ? "))
        return branches[first] if first < len(branches) else 0

    def _count(self, line: int, run: Source) -> int | None:
        """How often a statement ran; None where the compiler left no trace of it."""
        if line in run.lines:
            return run.lines[line]
        opener, lead = self._opener(line), self._lead(line)
        before = self._before(line)
        while before > opener and (self._indent[before] > self._indent[line]
                                   or self._code[before].startswith("}")):
            before = self._before(before)
        if before == opener:
            return self._taken(lead, line, run) if lead < line else None
        if not CONDITION.match(self._code[before]):
            return None if ENDS.match(self._code[before]) else self._count(before, run)
        last = self._before(line)
        if ENDS.match(self._code[last]) and self._code[before].startswith("if"):
            return self._not_taken(before, last, run)
        return run.lines.get(before)

    def _taken(self, head: int, line: int, run: Source) -> int | None:
        """How often the condition at head led to a statement that has no count."""
        end = self._opener(line)
        branches = [count for at in range(head, end + 1) for count in run.branches.get(at, [])]
        terms = list(zip(branches[::2], branches[1::2]))
        if not any(branches):
            return 0 if terms or run.lines.get(head) == 0 else None
        operators = set(re.findall(r"&&|\|\|", self._joined(head, end)))
        if len(operators) > 1:
            return None
        if operators == {"||"}:
            early = sum(terms[0]) - sum(terms[-1])
            if early > 0:
                return early
        if 0 in terms[-1] and self._follower(head, line, run) == 0:
            return max(terms[-1])
        return min(terms[-1])

    def _not_taken(self, head: int, line: int, run: Source) -> int | None:
        """How often the condition at head did not lead to a statement."""
        every, some = run.lines.get(head), self._count(line, run)
        return None if every is None or some is None else max(every - some, 0)

    def _follower(self, head: int, line: int, run: Source) -> int | None:
        """How often the statement ran that comes after the one at head."""
        for at in range(line + 1, len(self._code)):
            if self._code[at] and self._code[at] != "}" and self._indent[at] <= self._indent[head]:
                return run.lines.get(at) if self._indent[at] == self._indent[head] else None
        return None

    def _before(self, line: int) -> int:
        """The line of code before this one, or 0."""
        line -= 1
        while line > 0 and not self._code[line]:
            line -= 1
        return max(line, 0)

    def _opener(self, line: int) -> int:
        """The last line of what opens the block of this line."""
        before = self._before(line)
        while before and self._indent[before] >= self._indent[line]:
            before = self._before(before)
        return before

    def _lead(self, line: int) -> int:
        """Where the condition or label begins that leads to a statement, or the statement."""
        opener = start = self._opener(line)
        if LABEL.match(self._code[opener]):
            return opener
        if not re.search(r"\)( \{)?$|\belse( \{)?$", self._code[opener]):
            return line
        while start and not CONDITION.match(self._code[start]):
            before = self._before(start)
            if re.search(r"[;{}:]$", self._code[before]):
                return line
            start = before
        return start or line

    def _joined(self, first: int, last: int) -> str:
        return " ".join(filter(None, self._code[first:last + 1]))

    def _describe(self, lead: int, line: int) -> str:
        """A statement after its condition, without what stands between them."""
        text = self._code[line]
        if lead < line:
            text = f"{self._joined(lead, self._opener(line)).removesuffix(' {')} {text}"
        return text if len(text) <= WIDTH else text[:WIDTH - 3] + "..."
