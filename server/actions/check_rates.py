"""How often each check of a course's exercises fails, over all scored runs."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import Verdict
from graders.text import Text
from server.access import Permission, Viewer, require
from server.actions.overview import CheckRow
from server.actions.scoring import standings_of
from server.models import Assignment, CheckTitle, Course, Standing


async def list_check_rates(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str | None = None
) -> list[CheckRow]:
    """Return the checks of a course, or of one exercise, in the order of the suites.

    Raises:
        StaffOnly: the viewer is not staff of it.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    endings: dict[UUID, Counter[str]] = defaultdict(Counter)
    counted = standings_of(course.id, exercise)
    for assignment_id, checks in await session.execute(
        counted.with_only_columns(Standing.assignment_id, Standing.checks)
    ):
        endings[assignment_id].update(checks)
    return await _checks(session, course.id, endings)


async def list_checks(session: AsyncSession, course: Course) -> list[tuple[str, str, Text]]:
    """Return exercise, name and title of every check that graded something in a course."""
    found = await session.execute(_titles(course.id))
    return [
        (exercise, check.name, Text(es=check.title_es, en=check.title_en))
        for check, exercise in found
    ]


def _titles(course_id: UUID) -> Select[*tuple[Any, ...]]:
    """Select the checks of a course with their exercise, in the order of exercises and suites."""
    return (
        select(CheckTitle, Assignment.exercise)
        .join(Assignment, Assignment.id == CheckTitle.assignment_id)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.exercise, CheckTitle.position, CheckTitle.name)
    )


async def _checks(
    session: AsyncSession, course_id: UUID, endings: Mapping[UUID, Counter[str]]
) -> list[CheckRow]:
    titles = await session.execute(_titles(course_id))
    rows = [
        _check_row(exercise, title, endings.get(title.assignment_id, Counter()))
        for title, exercise in titles
    ]
    return [row for row in rows if row.runs]


def _check_row(exercise: str, title: CheckTitle, endings: Counter[str]) -> CheckRow:
    by_verdict = {verdict: endings[f"{verdict} {title.name}"] for verdict in Verdict}
    return CheckRow(
        exercise=exercise,
        name=title.name,
        title=Text(es=title.title_es, en=title.title_en),
        runs=sum(by_verdict.values()),
        fails=sum(by_verdict.values()) - by_verdict[Verdict.PASSED],
    )
