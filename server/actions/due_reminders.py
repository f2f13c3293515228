"""Reminders: an exercise is due within a day, and its student has handed nothing in.

The row of a reminder is the truth. It is stored with the news in one transaction, and its key is
the assignment, the student and the due moment: so whatever dies and however many processes remind,
a student is told once of each due moment, and again only when that moment is moved.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, exists, func, or_, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.actions import news
from server.models import (
    Assignment,
    Course,
    DueReminder,
    Enrollment,
    Extension,
    NewsKind,
    Role,
    Submission,
    User,
)

AHEAD: Final = timedelta(hours=24)
# Of one transaction: others may write meanwhile, and the next round follows at once.
MOST_AT_ONCE: Final = 500


class _Due(NamedTuple):
    """What one student has to hand in, and by when."""

    assignment_id: UUID
    user_id: UUID
    due_at: datetime


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether anybody is to be reminded; for a reading session."""
    return (await session.execute(_to_remind(now).limit(1))).first() is not None


async def remind(session: AsyncSession, now: datetime) -> int:
    """Tell those whose exercise is due within a day; returns how many were told.

    They are students of a course that is not archived, in an exercise that has opened, who have
    handed nothing in for it; the moment is their own, with their extensions. At most MOST_AT_ONCE.
    """
    found = _to_remind(now).order_by("assignment_id", "user_id").limit(MOST_AT_ONCE).subquery()
    # SQLite takes ON of ON CONFLICT for a join's unless there is a WHERE before it.
    chosen = select(found).where(found.c.due_at > now)
    made = _insert(session)(DueReminder).from_select(_Due._fields, chosen)
    made = made.on_conflict_do_nothing().returning(
        DueReminder.assignment_id, DueReminder.user_id, DueReminder.due_at
    )
    reminded = [_Due(*row) for row in await session.execute(made)]
    await _tell(session, reminded, now)
    return len(reminded)


async def _tell(session: AsyncSession, reminded: Sequence[_Due], now: datetime) -> None:
    by_assignment: dict[UUID, list[_Due]] = defaultdict(list)
    for one in reminded:
        by_assignment[one.assignment_id].append(one)
    if not by_assignment:
        return
    given = await session.execute(
        select(Assignment.id, Assignment.exercise, Course.id, Course.slug, Course.timezone)
        .join(Assignment.course)
        .where(Assignment.id.in_(by_assignment))
    )
    for assignment_id, exercise, course_id, slug, zone in given:
        about = {"exercise": exercise, "course": slug, "zone": zone}
        recipients = [
            (
                one.user_id,
                {
                    **about,
                    "assignment": str(one.assignment_id),
                    "due_at": one.due_at.isoformat(),
                },
            )
            for one in by_assignment[assignment_id]
        ]
        await news.tell_each(session, NewsKind.DUE_SOON, recipients, now, course_id=course_id)


def _to_remind(now: datetime) -> CompoundSelect[Any]:
    """Select assignment, student and due moment of those who are not reminded of it yet.

    Two halves, each read from the index of its due moments: those of assignments, and those of
    extensions, of which the latest counts.
    """
    by_assignment = (
        select(Assignment.id.label("assignment_id"), Enrollment.user_id.label("user_id"), _OF_CLASS)
        .join(Assignment.course)
        .join(Enrollment, Enrollment.course_id == Assignment.course_id)
        .join(Enrollment.user)
        .where(*_is_missing(Assignment.due_at, Enrollment.user_id, now))
    )
    is_enrolled = (Enrollment.course_id == Assignment.course_id) & (
        Enrollment.user_id == Extension.user_id
    )
    by_extension = (
        select(Extension.assignment_id, Extension.user_id, Extension.due_at)
        .join(Assignment, Assignment.id == Extension.assignment_id)
        .join(Assignment.course)
        .join(Enrollment, is_enrolled)
        .join(Enrollment.user)
        .where(*_is_missing(Extension.due_at, Extension.user_id, now))
        # Not as a range: PostgreSQL would look the assignment up by its due moment, not by its key.
        .where(func.coalesce(Assignment.due_at, Extension.due_at) < Extension.due_at)
    )
    return union(by_assignment, by_extension)


def _is_missing(due_at: Any, user_id: Any, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions under which a student is to be reminded of this due moment."""
    later = aliased(Extension)
    is_extended = exists().where(
        later.user_id == user_id, later.assignment_id == Assignment.id, later.due_at > due_at
    )
    is_handed_in = exists().where(
        Submission.assignment_id == Assignment.id, Submission.user_id == user_id
    )
    is_reminded = exists().where(
        DueReminder.assignment_id == Assignment.id,
        DueReminder.user_id == user_id,
        DueReminder.due_at == due_at,
    )
    return [
        due_at > now,
        due_at <= now + AHEAD,
        or_(Assignment.opens_at.is_(None), Assignment.opens_at <= now),
        Course.archived_at.is_(None),
        Enrollment.role == Role.STUDENT,
        User.deleted_at.is_(None),
        ~is_extended,
        ~is_handed_in,
        ~is_reminded,
    ]


_OF_CLASS: Final = Assignment.due_at.label("due_at")


def _insert(session: AsyncSession) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert if is_sqlite else postgresql.insert
