"""Results that count and that another version of the suite gave: found, and told to instructors."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, String, column, func, select, values
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.alerts import Incident
from server.models import Assignment, Course, NewsKind, Standing

_MOST: Final = 500
_SHORT: Final = 12


class _Given(NamedTuple):
    """One exercise in one course."""

    course_id: UUID
    course: str
    exercise: str


async def find_older_results(
    session: AsyncSession, suites: Mapping[str, str]
) -> dict[str, list[Incident]]:
    """Find the courses in which another suite than the present gave results that count.

    Archived courses are left out, and of each exercise all courses but the first `_MOST`.

    suites  Hash of the present suite, by exercise.
    """
    found: dict[str, list[Incident]] = defaultdict(list)
    older = await _count(session, suites, Course.archived_at.is_(None))
    for given, results in sorted(older.items()):
        incident = Incident(
            NewsKind.SUITE_CHANGED,
            given.course_id,
            given.exercise,
            {"course": given.course, "exercise": given.exercise, "count": results},
            version=suites[given.exercise][:_SHORT],
        )
        if len(found[given.exercise]) < _MOST:
            found[given.exercise].append(incident)
    return found


async def count_older_results(
    session: AsyncSession, course: Course, suites: Mapping[str, str]
) -> dict[str, int]:
    """Count the results of a course that count and that another suite gave, by exercise.

    suites  Hash of the present suite, by exercise.
    """
    older = await _count(session, suites, Assignment.course_id == course.id)
    return {given.exercise: results for given, results in older.items()}


async def _count(
    session: AsyncSession, suites: Mapping[str, str], chosen: ColumnElement[bool]
) -> dict[_Given, int]:
    """Count by ranges of an index: the many results of the present suites are not read."""
    if not suites:
        return {}
    names = column("exercise", String), column("suite_hash", String)
    present = values(*names, name="present").data(list(suites.items())).cte()
    is_before = Standing.suite_hash < present.c.suite_hash
    is_after = Standing.suite_hash > present.c.suite_hash
    results = (_results(is_before) + _results(is_after)).label("results")
    counted = (
        select(Assignment.course_id, Course.slug, Assignment.exercise, results)
        .select_from(present)
        .join(Assignment, Assignment.exercise == present.c.exercise)
        .join(Course, Course.id == Assignment.course_id)
        .where(chosen)
        .subquery()
    )
    found = await session.execute(select(counted).where(counted.c.results > 0))
    return {_Given(row.course_id, row.slug, row.exercise): row.results for row in found}


def _results(which: ColumnElement[bool]) -> ScalarSelect[int]:
    """Count in each assignment by itself: a join may go through the results of all others."""
    return (
        select(func.count())
        .select_from(Standing)
        .where(Standing.assignment_id == Assignment.id, which)
        .correlate_except(Standing)
        .scalar_subquery()
    )
