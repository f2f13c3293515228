"""Changing the terms of several assignments of a course at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import late_grades, terms
from server.actions.copying import later
from server.actions.late_grades import GradeChange
from server.actions.terms import GivenTerms
from server.errors import InvalidTerms, Problem, UnknownExercise
from server.models import Assignment, Course
from server.terms_rules import check_terms

MOST_SHIFTED_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class TermsChange:
    """What to change in each assignment; everything else stays as it is.

    named           New values, by the names of `GivenTerms`.
    shift_days      By how many days the due moment and the end of late submissions move, at the
                    same time of the clock in the course's zone.
    shifts_opening  Whether the opening moves with them.
    """

    named: Mapping[str, Any] = field(default_factory=dict)
    shift_days: int = 0
    shifts_opening: bool = False

    @property
    def shifted(self) -> tuple[str, ...]:
        """The moments that move."""
        if not self.shift_days:
            return ()
        return ("due_at", "closes_at", *(("opens_at",) if self.shifts_opening else ()))

    def over(self, given: GivenTerms, timezone: str) -> GivenTerms:
        """Return these terms with the change made."""
        shift = timedelta(days=self.shift_days)
        moved = {
            name: later(moment, timezone, shift)
            for name in self.shifted
            if (moment := getattr(given, name)) is not None
        }
        return replace(given, **{**moved, **self.named})


async def change_several(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    exercises: Sequence[str],
    change: TermsChange,
    now: datetime,
) -> tuple[list[Assignment], list[GradeChange]]:
    """Change these assignments, all or none; return them, and the grades that change by it.

    Raises:
        InstructorsOnly
        UnknownExercise: the course does not give one of them.
        InvalidTerms: nothing is chosen, or the terms of one would contradict each other.
    """
    require(viewer, Permission.MANAGE, course.id)
    _check_change(exercises, change)
    locked = await late_grades.lock_terms(session, course.id)
    chosen = await _find(session, locked, exercises)
    new_terms = [(one, change.over(GivenTerms.of(one), locked.timezone)) for one in chosen]
    _check_all(new_terms)
    return chosen, await terms.store(session, viewer, locked, new_terms, now)


def _check_change(exercises: Sequence[str], change: TermsChange) -> None:
    problems = []
    if not exercises:
        problems.append(Problem("exercise", "Choose at least one exercise."))
    if not change.named and not change.shift_days:
        problems.append(Problem("change", "Choose what to change."))
    if abs(change.shift_days) > MOST_SHIFTED_DAYS:
        sentence = "Dates move by at most {most} days."
        problems.append(Problem("shift_days", sentence, most=MOST_SHIFTED_DAYS))
    if any(name in change.named for name in change.shifted):
        problems.append(Problem("shift_days", "Choose new dates or a number of days, not both."))
    if problems:
        raise InvalidTerms(problems)


async def _find(
    session: AsyncSession, course: Course, exercises: Sequence[str]
) -> list[Assignment]:
    given = select(Assignment).where(Assignment.course_id == course.id)
    listed = await session.scalars(
        given.order_by(Assignment.position, Assignment.exercise),
        execution_options={"populate_existing": True},
    )
    by_slug = {one.exercise: one for one in listed}
    if unknown := [slug for slug in exercises if slug not in by_slug]:
        raise UnknownExercise(unknown[0], known=sorted(by_slug))
    return [one for slug, one in by_slug.items() if slug in exercises]


def _check_all(new_terms: Iterable[tuple[Assignment, GivenTerms]]) -> None:
    """Refuse terms that contradict each other; says for which exercises."""
    whose: dict[tuple[Any, ...], tuple[Problem, list[str]]] = {}
    for assignment, given in new_terms:
        try:
            check_terms(given)
        except InvalidTerms as refused:
            for problem in refused.problems:
                key = (problem.field, problem.template, *sorted(problem.values.items()))
                whose.setdefault(key, (problem, []))[1].append(assignment.exercise)
    if whose:
        raise InvalidTerms([problem.about(slugs) for problem, slugs in whose.values()])
