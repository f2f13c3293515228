"""Whether a student may hand in: the dates of their terms and the number of their attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.access import Viewer
from server.actions import extensions
from server.errors import (
    AttemptsExhausted,
    Closed,
    CourseArchived,
    DailyAttemptsUsed,
    NotOpenYet,
    TooSoon,
)
from server.models import Assignment, Course, GradingRun, Submission
from server.terms import Terms


async def check_terms(
    session: AsyncSession, assignment: Assignment, viewer: Viewer, now: datetime
) -> None:
    """Refuse an attempt outside the dates or above the limits of the student, except to staff.

    An archived course takes nothing from anybody.

    Raises:
        CourseArchived, NotOpenYet, Closed, AttemptsExhausted, TooSoon, DailyAttemptsUsed
    """
    found = select(Course.archived_at, Course.timezone).where(Course.id == assignment.course_id)
    archived_at, zone = (await session.execute(found)).one()
    if archived_at is not None:
        raise CourseArchived
    if viewer.is_staff_of(assignment.course_id):
        return
    terms = (await extensions.terms_of(session, [assignment], viewer.user.id))[assignment.id]
    _check_open(terms, zone, now)
    if terms.limits_attempts:
        made = await list_attempts(session, assignment, viewer.user.id)
        use = AttemptsUsed.of(terms, made, zone, now)
        _check_number(terms, use, zone, now)


def _check_open(terms: Terms, zone: str, now: datetime) -> None:
    if terms.opens_at is not None and now < terms.opens_at:
        raise NotOpenYet(terms.opens_at, zone)
    if terms.closes_at is not None and now >= terms.closes_at:
        raise Closed(terms.closes_at, zone)


def _check_number(terms: Terms, use: "AttemptsUsed", zone: str, now: datetime) -> None:
    if use.left == 0:
        raise AttemptsExhausted(terms.max_attempts or 0)
    if use.next_day_at is not None:
        raise DailyAttemptsUsed(terms.attempts_per_day or 0, use.next_day_at, zone, now)
    if use.pause_until is not None:
        raise TooSoon(use.pause_until, zone, now)


@dataclass(frozen=True, slots=True)
class AttemptsUsed:
    """How many attempts a student has used, and when the next one is allowed.

    used         Altogether.
    left         Altogether; None: unlimited.
    next_day_at  When the next day begins, if this day's attempts are used up.
    pause_until  When the pause after the last attempt ends, if it has not.
    """

    used: int
    left: int | None
    next_day_at: datetime | None
    pause_until: datetime | None

    @classmethod
    def of(cls, terms: Terms, made: Sequence[datetime], zone: str, now: datetime) -> "AttemptsUsed":
        """Work it out from the moments of the attempts, the newest first; no I/O."""
        left = None if terms.max_attempts is None else max(terms.max_attempts - len(made), 0)
        there = ZoneInfo(zone)
        today = now.astimezone(there).date()
        of_today = sum(at.astimezone(there).date() == today for at in made)
        next_day_at = None
        if terms.attempts_per_day is not None and of_today >= terms.attempts_per_day:
            tomorrow = today + timedelta(days=1)
            next_day_at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=there)
        pause_until = made[0] + terms.cooldown if made else None
        if not terms.cooldown or (pause_until is not None and pause_until <= now):
            pause_until = None
        return cls(len(made), left, next_day_at, pause_until)


async def list_attempts(
    session: AsyncSession, assignment: Assignment, user_id: UUID
) -> Sequence[datetime]:
    """List when the attempts were made, the newest first. Abandoned ones do not count."""
    was_not_abandoned = exists().where(
        GradingRun.submission_id == Submission.id, GradingRun.state != RunState.ABANDONED
    )
    made = (
        select(Submission.submitted_at)
        .where(
            Submission.assignment_id == assignment.id,
            Submission.user_id == user_id,
            was_not_abandoned,
        )
        .order_by(Submission.number.desc())
    )
    return (await session.scalars(made)).all()


async def count_attempts(session: AsyncSession, assignment: Assignment, user_id: UUID) -> int:
    """Count the attempts used. Abandoned submissions do not use one."""
    return len(await list_attempts(session, assignment, user_id))
