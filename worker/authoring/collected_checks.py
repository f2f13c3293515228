"""pytest items made from the checks a suite process reports; the suite is not imported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from graders.kit.checks.marks import PREFIX, Marks
from graders.text import Text


@dataclass(frozen=True, slots=True)
class CollectedCheck:
    """One check, as the suite's process describes it.

    place  Its index in the suite's order, from 0.
    line   Of the suite's file, counted from 0.
    """

    place: int
    name: str
    line: int
    marks: Marks

    @classmethod
    def read(cls, place: int, values: dict[str, Any]) -> Self:
        """Read what worker/grading/author_requests.py wrote."""
        marks = Marks(
            points=values["points"],
            title=Text(**values["title"]),
            is_hidden=values["hidden"],
            hints=(),
            needs=tuple(values["needs"]),
            nothing_blocks=values["nothing_blocks"],
            may_block=values["may_block"],
        )
        return cls(place, values["name"], values["line"], marks)


class Check(pytest.Item):
    """One check of the suite."""

    collected: CollectedCheck

    def runtest(self) -> None:
        """Never called: `SuitePlugin` runs it."""
        raise NotImplementedError

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it is."""
        return self.path, self.collected.line, self.name


class SuiteFile(pytest.File):
    """The suite's file; `ask` returns its checks."""

    ask: Callable[[], list[CollectedCheck]]

    def collect(self) -> Iterator[Check]:
        """Make an item of each check."""
        for collected in self.ask():
            check: Check = Check.from_parent(self, name=PREFIX + collected.name)
            check.collected = collected
            yield check
