"""The exercises of a course in its order, by level on a path, each with the viewer's result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import quote
from uuid import UUID

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise
from server.actions.own_results import OwnResult
from server.i18n import gettext_for
from server.models import Arrangement, Assignment
from server.pages.results import Standing, describe_run, describe_state
from server.terms import Terms


@dataclass(frozen=True, slots=True)
class Listed:
    """An exercise of the list.

    after     Titles of the prerequisites that the course gives.
    attempts  How many were graded, or were when the newest of them was.
    due_at    For the viewer, with their extensions.
    is_open   Whether a submission is accepted now, as far as dates go.
    """

    href: str
    slug: str
    section: str
    title: str
    summary: str
    minutes: int
    after: Sequence[str]
    standing: Standing
    attempts: int
    due_at: datetime | None
    is_open: bool

    @property
    def is_solved(self) -> bool:
        """Whether the viewer has every point."""
        return self.standing.lit == "go"

    @property
    def dot(self) -> str:
        """How it is drawn: go, half (begun), or empty."""
        if self.is_solved:
            return "go"
        return "half" if self.standing.lit in ("wait", "stop") else ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level; `title` is empty where levels are no headings."""

    title: str
    exercises: Sequence[Listed]

    @property
    def passed(self) -> int:
        """Number of its exercises with every point."""
        return sum(exercise.is_solved for exercise in self.exercises)

    @property
    def minutes(self) -> int:
        """Estimated time of all of them together."""
        return sum(exercise.minutes for exercise in self.exercises)


def group_by_level(
    given: Sequence[Assignment],
    catalogue: Catalogue,
    own: Mapping[UUID, OwnResult],
    terms: Mapping[UUID, Terms],
    language: str,
    *,
    now: datetime,
) -> list[Level]:
    """Group the assignments of one course, in the teacher's order.

    On a path levels are headings, if that order keeps each level together.

    given       Their course is loaded.
    own, terms  The viewer's results and terms, by assignment.
    """
    titles = {a.exercise: catalogue[a.exercise].title.to(language) for a in given}
    is_path = bool(given) and given[0].course.arrangement is Arrangement.PATH
    has_levels = is_path and _has_levels([catalogue[one.exercise] for one in given])

    def listed(assignment: Assignment) -> Listed:
        exercise, result = catalogue[assignment.exercise], own.get(assignment.id)
        return Listed(
            href=exercise_href(assignment),
            slug=exercise.slug,
            section=exercise.section,
            title=titles[exercise.slug],
            summary=exercise.summary.to(language),
            minutes=exercise.minutes,
            after=[titles[slug] for slug in exercise.prerequisites if slug in titles],
            standing=_standing(result, language),
            attempts=result.attempts if result else 0,
            due_at=terms[assignment.id].due_at,
            is_open=terms[assignment.id].is_open(now),
        )

    def level_of(assignment: Assignment) -> int:
        return catalogue[assignment.exercise].level if has_levels else 0

    levels = [(level, [listed(one) for one in at]) for level, at in groupby(given, key=level_of)]
    title = gettext_for(language) if has_levels else None
    return [Level(_title(level, title), exercises) for level, exercises in levels]


def _has_levels(exercises: Sequence[Exercise]) -> bool:
    return any(one.level for one in exercises) and keeps_levels_together(exercises)


def keeps_levels_together(exercises: Iterable[Exercise]) -> bool:
    """Whether no other level stands between two exercises of one level."""
    stretches = [level for level, _ in groupby(exercises, key=lambda one: one.level)]
    return len(stretches) == len(set(stretches))


def list_prerequisites(
    exercise: Exercise, given: Sequence[Assignment], catalogue: Catalogue, language: str
) -> list[dict[str, str]]:
    """List an exercise's prerequisites that the same course gives, with their links."""
    return [
        {
            "title": catalogue[assignment.exercise].title.to(language),
            "href": exercise_href(assignment),
        }
        for assignment in given
        if assignment.exercise in exercise.prerequisites and assignment.exercise in catalogue
    ]


def next_link(
    following: Assignment | None, catalogue: Catalogue, language: str
) -> dict[str, str] | None:
    """Return title and address of the next exercise on the path; None if there is none."""
    if following is None:
        return None
    title = catalogue[following.exercise].title.to(language)
    return {"title": title, "href": exercise_href(following)}


def exercise_href(assignment: Assignment, below: str = "") -> str:
    """Return the address of an assignment's page, or of what is below it."""
    return f"/exercises/{assignment.exercise}{below}?course={quote(assignment.course.slug)}"


def _title(level: int, _: Callable[[str], str] | None) -> str:
    if _ is None:
        return ""
    # A list of literals, so that the extraction of messages finds them.
    titles = [
        _("Other exercises"),
        _("Level 1: first steps"),
        _("Level 2: together"),
        _("Level 3: when something goes wrong"),
        _("Level 4: in real programs"),
        _("Level 5: beyond the class"),
    ]
    return titles[level]


def _standing(result: OwnResult | None, language: str) -> Standing:
    if result is None:
        return describe_run(None, language)
    return describe_state(result.state, result.points, result.max_points, language)
