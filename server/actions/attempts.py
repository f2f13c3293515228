"""Whether a student may hand in: the dates of their terms and the number of their attempts."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions import extensions, own_terms
from server.errors import (
    AttemptsExhausted,
    Closed,
    CourseArchived,
    DailyAttemptsUsed,
    NotOpenYet,
    TooSoon,
)
from server.models import Assignment, Course
from server.terms import AttemptsUsed, Terms


async def check_terms(
    session: AsyncSession, assignment: Assignment, viewer: Viewer, now: datetime
) -> None:
    """Refuse an attempt outside the dates or above the limits of the student, except to staff.

    An archived course takes nothing from anybody.

    Raises:
        CourseArchived, NotOpenYet, Closed, AttemptsExhausted, TooSoon, DailyAttemptsUsed
    """
    found = select(Course.archived_at, Course.timezone, Course.late_days)
    found = found.where(Course.id == assignment.course_id)
    archived_at, zone, late_days = (await session.execute(found)).one()
    if archived_at is not None:
        raise CourseArchived
    if viewer.is_staff_of(assignment.course_id):
        return
    terms = (await extensions.terms_of(session, [assignment], viewer.user.id))[assignment.id]
    _check_open(terms, zone, now)
    if terms.limits_attempts:
        made = await own_terms.attempts_in(session, [assignment.id], viewer.user.id)
        use = AttemptsUsed.of(terms, made[assignment.id], zone, now, late_days=late_days)
        _check_number(terms, use, zone, now)


async def spares_unready(session: AsyncSession, assignment: Assignment, viewer: Viewer) -> bool:
    """Whether a program that would fail as a whole is refused, so that it uses no attempt.

    So it is where an attempt of the viewer's costs something, a limit or a pause after it, unless
    the course wants it otherwise. The assignment's course must be loaded.
    """
    if viewer.is_staff_of(assignment.course_id) or assignment.course.unready_costs_attempt:
        return False
    terms = await extensions.terms_of(session, [assignment], viewer.user.id)
    return terms[assignment.id].limits_attempts


def _check_open(terms: Terms, zone: str, now: datetime) -> None:
    if terms.opens_at is not None and now < terms.opens_at:
        raise NotOpenYet(terms.opens_at, zone)
    if terms.closes_at is not None and now >= terms.closes_at:
        raise Closed(terms.closes_at, zone)


def _check_number(terms: Terms, use: AttemptsUsed, zone: str, now: datetime) -> None:
    if use.left == 0:
        raise AttemptsExhausted(terms.max_attempts or 0)
    if use.next_day_at is not None:
        raise DailyAttemptsUsed(terms.attempts_per_day or 0, use.next_day_at, zone, now)
    if use.pause_until is not None:
        raise TooSoon(use.pause_until, zone, now)
