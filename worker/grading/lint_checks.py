"""The checks of [[lint]] in exercise.toml, as tests of the suite's file: last, in their order."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from graders.catalogue.lints import LintEntry, read_lints
from graders.catalogue.manifest import MANIFEST
from graders.kit.checks.marks import PREFIX, hidden, points, title
from graders.kit.lint import lint
from graders.kit.source import Source
from graders.text import Text


class LintCheck(pytest.Function):
    """One of them; `takes_source` says whether its function takes the submission's source."""

    takes_source: bool

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it is: in no line of the suite's file."""
        return self.path, 0, self.name


def add_lint_checks(items: list[pytest.Function], folder: Path) -> list[Text]:
    """Add those of the exercise in `folder` to its tests; returns what is wrong with them."""
    if not items:
        return []
    for entry in read_lints(folder / MANIFEST):
        check: LintCheck = LintCheck.from_parent(
            items[0].getparent(pytest.Module), name=PREFIX + entry.name, callobj=_function(entry)
        )
        check.takes_source = bool(entry.must_use or entry.must_not_use)
        items.append(check)
    return _same_names(items)


def _same_names(items: Sequence[pytest.Function]) -> list[Text]:
    times = Counter(item.nodeid for item in items)
    return [
        _TWICE.format(name=item.name)
        for item in items
        if isinstance(item, LintCheck) and times[item.nodeid] > 1
    ]


def _function(entry: LintEntry) -> Callable[..., None]:
    def with_source(source: Source) -> None:
        if entry.must_use:
            source.must_use(*entry.must_use)
        source.must_not_use(*entry.must_not_use)

    def without() -> None:
        """The linter has said all."""

    check: Callable[..., None] = with_source if entry.must_use or entry.must_not_use else without
    marks = [points(entry.points), title(es=entry.title.es, en=entry.title.en)]
    if entry.is_hidden:
        marks.append(hidden)
    if entry.demand:
        marks.append(lint(*entry.demand.rules, options=entry.demand.options))
    for mark in marks:
        mark(check)
    return check


_TWICE: Final = Text(
    "la suite tiene ya una prueba {name}; dale otro name a la tabla [[lint]].",
    "the suite has a test {name} already; give the table [[lint]] another name.",
)
