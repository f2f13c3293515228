"""Results that count and that another version of the suite gave: found, and told to instructors."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.alerts import Incident
from server.actions.scoring import is_replaced
from server.models import Assignment, Course, GradingRun, NewsKind, Standing

_MOST: Final = 500
_SHORT: Final = 12


async def find_older_results(
    session: AsyncSession, exercise: str, suite_hash: str
) -> list[Incident]:
    """Find the courses in which another suite than this gave results of the exercise that count.

    Archived courses are left out. One statement for each assignment: that of a class takes some
    milliseconds.
    """
    given = await session.execute(
        select(Assignment.id, Assignment.course_id, Course.slug)
        .join(Course, Course.id == Assignment.course_id)
        .where(Assignment.exercise == exercise, Course.archived_at.is_(None))
        .limit(_MOST)
    )
    return [
        Incident(
            NewsKind.SUITE_CHANGED,
            row.course_id,
            exercise,
            {"course": row.slug, "exercise": exercise, "count": count},
            version=suite_hash[:_SHORT],
        )
        for row in given.all()
        if (count := await count_older_results(session, row.id, suite_hash))
    ]


async def count_older_results(session: AsyncSession, assignment_id: UUID, suite_hash: str) -> int:
    """Count the results of an assignment that count and that another suite than this gave."""
    older = (
        select(func.count())
        .select_from(Standing)
        .join(GradingRun, GradingRun.submission_id == Standing.submission_id)
        .where(
            Standing.assignment_id == assignment_id,
            GradingRun.points.is_not(None),
            GradingRun.suite_hash != suite_hash,
            ~is_replaced(GradingRun),
        )
    )
    return await session.scalar(older) or 0
