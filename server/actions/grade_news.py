"""Telling students of extensions, and of grades that staff set by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import news
from server.models import Assignment, Course, Extension, NewsKind


async def tell_of_extension(
    session: AsyncSession,
    course: Course,
    assignment: Assignment,
    members: Sequence[UUID],
    *,
    due_at: datetime | None,
    extra_attempts: int,
    now: datetime,
) -> None:
    """Tell these people of an extension that was just granted, as far as it helps them.

    Who has a longer one, or more attempts, by another extension is not told.
    """
    latest = await session.execute(
        select(Extension.user_id, func.max(Extension.due_at), func.max(Extension.extra_attempts))
        .where(Extension.assignment_id == assignment.id, Extension.user_id.in_(members))
        .group_by(Extension.user_id)
    )
    best = {user_id: (due, attempts) for user_id, due, attempts in latest}
    about = {"exercise": assignment.exercise, "course": course.slug}
    longer = [person for person in members if due_at is not None and best[person][0] == due_at]
    people = _same(
        longer, about | {"due_at": due_at and due_at.isoformat(), "zone": course.timezone}
    )
    await news.tell_each(session, NewsKind.MORE_TIME, people, now, course_id=course.id)
    more = [person for person in members if extra_attempts and best[person][1] == extra_attempts]
    people = _same(more, about | {"attempts": extra_attempts})
    await news.tell_each(session, NewsKind.MORE_ATTEMPTS, people, now, course_id=course.id)


async def tell_of_grades(
    session: AsyncSession,
    course: Course,
    kind: NewsKind,
    changed: Sequence[tuple[UUID, str, str]],
    now: datetime,
    **values: float,
) -> None:
    """Tell students that a grade is set by hand, or no longer, or that they got style points.

    changed  Whose it is, the slug of the exercise, and the reason for the student.
    values   Further ones that the sentence needs.
    """
    people = [
        (person, {"exercise": exercise, "course": course.slug, "reason": reason, **values})
        for person, exercise, reason in changed
    ]
    await news.tell_each(session, kind, people, now, course_id=course.id)


async def tell_of_override(
    session: AsyncSession,
    course: Course,
    person: UUID,
    exercise: str,
    override: Mapping[str, Any],
    now: datetime,
) -> None:
    """Tell a student of a grade set by hand or, if it has no points, of points for style."""
    changed = [(person, exercise, override["reason"])]
    if override["points"] is not None:
        await tell_of_grades(session, course, NewsKind.GRADE_SET_BY_HAND, changed, now)
        return
    added = override["style_points"]
    await tell_of_grades(session, course, NewsKind.STYLE_POINTS, changed, now, style_points=added)


def _same(
    people: Sequence[UUID], values: Mapping[str, Any]
) -> list[tuple[UUID, Mapping[str, Any]]]:
    return [(person, values) for person in people]
