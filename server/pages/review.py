"""A result arranged for reading: the lines of code beside each failure, and what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from babel.numbers import format_decimal
from markupsafe import Markup

from graders.report import Verdict
from server.actions.attempt_pairs import Earlier
from server.pages.next_step import NextStep
from server.pages.results import ResultView
from server.templating import plural_for

# Lines shown above and below the marked one.
AROUND: Final = 2
FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """A line of code, as HTML."""

    html: Markup
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines around the one that a message speaks of; `start` is the first one's number."""

    file: str
    start: int
    lines: Sequence[ExcerptLine]

    @property
    def end(self) -> int:
        """Number of the last line."""
        return self.start + len(self.lines) - 1


@dataclass(frozen=True, slots=True)
class Note:
    """What a failed check says of a line; `check` is empty if the whole result says it."""

    check: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Gain:
    """Points gained since an earlier attempt, negative if they were lost; and in words."""

    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the page of a submission shows beside its result.

    excerpts  By the name of the check; that of "" belongs to the whole result.
    notes     By file and line.
    gained, lost  Names of checks that pass now, or passed, and did not in the earlier attempt.
    earlier   Number of the earlier attempt; 0: there is none.
    changes_href  Address of what changed in the code; empty without an earlier attempt.
    playground_href  The playground with the attempt's code; empty if it is not the viewer's own.
    mend_href  Where the next attempt is written; empty if the viewer is not its student.
    next_step  Where to go on, once the viewer's own attempt is all correct.
    """

    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    notes: Mapping[tuple[str, int], Sequence[Note]] = field(default_factory=dict)
    gain: Gain | None = None
    gained: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    earlier: int = 0
    changes_href: str = ""
    mend_href: str = ""
    playground_href: str = ""
    next_step: NextStep | None = None


def review_of(
    result: ResultView,
    view: Mapping[str, Any],
    earlier: Earlier | None,
    language: str,
    *,
    is_own: bool,
    next_step: NextStep | None = None,
) -> Review:
    """Arrange a result with the submission's files and its student's earlier attempt.

    view  What `view_with_talk` has prepared.
    """
    files = {file["name"]: file["lines"] for file in view["files"]}
    first = next(iter(files), "")
    noted = list(_list_noted_lines(result, first, files))
    review = Review(
        excerpts={key: _excerpt(file, line, files[file]) for key, file, line, _ in noted},
        notes=_notes(noted),
        mend_href=view["exercise_href"] if is_own else "",
        playground_href=_playground_href(view) if is_own else "",
        next_step=next_step,
    )
    if earlier is None:
        return review
    passes = {check.name: check.verdict is Verdict.PASSED for check in result.checks}
    return replace(
        review,
        gain=_gain(result, earlier, language),
        gained=frozenset(name for name in earlier.failed if passes.get(name) is True),
        lost=frozenset(name for name in earlier.passed if passes.get(name) is False),
        earlier=earlier.number,
        changes_href=f"{view['href']}/changes?before={earlier.number}",
    )


def _playground_href(view: Mapping[str, Any]) -> str:
    number = view["href"].rpartition("/")[2]
    return f"/playground?attempt={number}" if view["files"] else ""


def _gain(result: ResultView, earlier: Earlier, language: str) -> Gain | None:
    """Say how many points were gained, if both attempts were graded out of as many."""
    points = result.points - earlier.points
    if not result.has_points or result.max_points != earlier.max_points or not points:
        return None
    template = plural_for(language)(
        "%(points)s point since attempt %(number)s",
        "%(points)s points since attempt %(number)s",
        1 if abs(points) == 1 else 2,
    )
    sign = "+" if points > 0 else "\N{MINUS SIGN}"
    number = format_decimal(abs(points), "#,##0.##", locale=language)
    return Gain(points, template % {"points": sign + number, "number": earlier.number})


def _list_noted_lines(
    result: ResultView, first: str, files: Mapping[str, Sequence[Markup]]
) -> Iterable[tuple[str, str, int, Note]]:
    """Give each place a message speaks of: the check's name, file, line, and the message."""
    messages: list[tuple[str, str, int | None, str, str]] = [
        ("", result.file, result.line, "", result.message)
    ]
    messages += [(c.name, c.file, c.line, c.title, c.message) for c in result.failed]
    for name, file, line, title, message in messages:
        where = file or first
        if line is not None and 1 <= line <= len(files.get(where, ())):
            yield name, where, line, Note(name, title, message)


def _excerpt(file: str, line: int, lines: Sequence[Markup]) -> Excerpt:
    start, end = max(1, line - AROUND), min(len(lines), line + AROUND)
    # Blank lines at the edges say nothing, unless too few lines would be left.
    while start < line and end - start >= FEWEST and not lines[start - 1].striptags():
        start += 1
    while end > line and end - start >= FEWEST and not lines[end - 1].striptags():
        end -= 1
    shown = [ExcerptLine(lines[n - 1], n == line) for n in range(start, end + 1)]
    return Excerpt(file, start, shown)


def _notes(
    noted: Iterable[tuple[str, str, int, Note]],
) -> dict[tuple[str, int], list[Note]]:
    notes: dict[tuple[str, int], list[Note]] = {}
    for _, file, line, note in noted:
        notes.setdefault((file, line), []).append(note)
    return notes
