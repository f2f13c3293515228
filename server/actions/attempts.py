"""Whether a student may hand in: the assignment's dates and its number of attempts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.access import Viewer
from server.errors import AttemptsExhausted, Closed, CourseArchived, NotOpenYet
from server.models import Assignment, Course, GradingRun, Submission


async def check_terms(
    session: AsyncSession, assignment: Assignment, viewer: Viewer, now: datetime
) -> None:
    """Refuse an attempt outside the assignment's dates or above its limit, except to staff.

    An archived course takes none from anybody.

    Raises:
        CourseArchived, NotOpenYet, Closed, AttemptsExhausted
    """
    archived_at = select(Course.archived_at).where(Course.id == assignment.course_id)
    if await session.scalar(archived_at) is not None:
        raise CourseArchived
    if not viewer.is_staff_of(assignment.course_id):
        _check_open(assignment, now)
        await _check_attempts(session, assignment, viewer)


def _check_open(assignment: Assignment, now: datetime) -> None:
    if assignment.opens_at is not None and now < assignment.opens_at:
        raise NotOpenYet(assignment.opens_at)
    if assignment.due_at is not None and now >= assignment.due_at:
        raise Closed(assignment.due_at)


async def _check_attempts(session: AsyncSession, assignment: Assignment, viewer: Viewer) -> None:
    if assignment.max_attempts is None:
        return
    if await count_attempts(session, assignment, viewer.user.id) >= assignment.max_attempts:
        raise AttemptsExhausted(assignment.max_attempts)


async def count_attempts(session: AsyncSession, assignment: Assignment, user_id: UUID) -> int:
    """Count the attempts used. Abandoned submissions do not use one."""
    was_not_abandoned = exists().where(
        GradingRun.submission_id == Submission.id, GradingRun.state != RunState.ABANDONED
    )
    count = await session.scalar(
        select(func.count())
        .select_from(Submission)
        .where(
            Submission.assignment_id == assignment.id,
            Submission.user_id == user_id,
            was_not_abandoned,
        )
    )
    return count or 0
