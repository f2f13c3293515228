"""Results that count and that another version of the suite gave: found, and told to instructors."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    column,
    func,
    select,
    union_all,
    values,
)
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
    before = _counted(present, Standing.suite_hash < present.c.suite_hash, chosen)
    after = _counted(present, Standing.suite_hash > present.c.suite_hash, chosen)
    counted: dict[_Given, int] = defaultdict(int)
    for row in await session.execute(union_all(before, after)):
        counted[_Given(row.course_id, row.slug, row.exercise)] += row.results
    return counted


def _counted(
    present: CTE, other: ColumnElement[bool], chosen: ColumnElement[bool]
) -> Select[UUID, str, str, int]:
    of = Assignment.course_id, Course.slug, Assignment.exercise
    return (
        select(*of, func.count().label("results"))
        .select_from(present)
        .join(Assignment, Assignment.exercise == present.c.exercise)
        .join(Course, Course.id == Assignment.course_id)
        .join(Standing, and_(Standing.assignment_id == Assignment.id, other))
        .where(chosen)
        .group_by(*of)
    )
