"""What changed from one attempt to another: lines of code, and verdicts of checks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

from markupsafe import Markup

from graders.report import CheckResult, Verdict
from server.models import Submission
from server.pages.statements import python_lines

# Finding the changes of two files can take time with the product of their lines.
MOST_COMPARED_LINES: Final = 2000


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code, as HTML. `kind` is add, del, or empty for a line that stayed."""

    kind: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of one attempt in a table of two; `number` counts from 1."""

    number: int
    html: Markup
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of that table; None where one of the two has no line."""

    old: Cell | None
    new: Cell | None


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the later attempt, with the lines that are gone from it where they stood.

    rows  The same as pairs of lines, old and new beside each other; empty unless it is compared.
    """

    name: str
    lines: Sequence[CodeLine]
    is_compared: bool
    rows: Sequence[Pair] = ()

    @property
    def has_changed(self) -> bool:
        """Whether a line was added or removed."""
        return any(line.kind for line in self.lines)


@dataclass(frozen=True, slots=True)
class ChangedChecks:
    """Titles of checks that pass now, that passed before, and that still do not pass."""

    gained: Sequence[str]
    lost: Sequence[str]
    still: Sequence[str]


def changed_files(before: Submission | None, after: Submission) -> list[ChangedFile]:
    """Compare the files of two attempts; without an earlier one, nothing is marked.

    Colours and compares code: call it in a thread.
    """
    earlier = {} if before is None else {file.name: file.content for file in before.files}
    later = {file.name: file.content for file in after.files}
    names = [*later, *(name for name in earlier if name not in later)]
    return [_changed(name, earlier.get(name), later.get(name, b"")) for name in names]


def _changed(name: str, before: bytes | None, after: bytes) -> ChangedFile:
    new = python_lines(after.decode("utf-8", "replace"))
    old = [] if before is None else python_lines(before.decode("utf-8", "replace"))
    if before is None or max(len(old), len(new)) > MOST_COMPARED_LINES:
        return ChangedFile(name, [CodeLine("", line) for line in new], is_compared=False)
    lines, rows = list(_lines(old, new)), list(_pairs(old, new))
    return ChangedFile(name, lines, is_compared=True, rows=rows)


def _lines(old: list[Markup], new: list[Markup]) -> Iterator[CodeLine]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield from (CodeLine("", line) for line in new[j1:j2])
        else:
            yield from (CodeLine("del", line) for line in old[i1:i2])
            yield from (CodeLine("add", line) for line in new[j1:j2])


def _pairs(old: list[Markup], new: list[Markup]) -> Iterator[Pair]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        before = [Cell(number + 1, old[number], tag != "equal") for number in range(i1, i2)]
        after = [Cell(number + 1, new[number], tag != "equal") for number in range(j1, j2)]
        yield from (Pair(*both) for both in zip_longest(before, after))


def changed_checks(
    before: Sequence[CheckResult], after: Sequence[CheckResult], language: str
) -> ChangedChecks:
    """Compare the verdicts of the checks that both attempts have."""
    passed = {check.name: check.verdict is Verdict.PASSED for check in before}
    gained: list[str] = []
    lost: list[str] = []
    still: list[str] = []
    for check in after:
        is_right, title = check.verdict is Verdict.PASSED, check.title.to(language)
        if is_right and passed.get(check.name) is False:
            gained.append(title)
        elif not is_right:
            (lost if passed.get(check.name) else still).append(title)
    return ChangedChecks(gained, lost, still)
