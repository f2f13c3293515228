"""Copying a course from last term: its assignments and settings, none of its people."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper

from server.access import Permission, Viewer, require
from server.actions import audit, courses
from server.models import Assignment, Course
from server.models.base import Base, UtcDateTime

MOST_DAYS: Final = 3660
# What belongs to one course alone.
_OWN: Final = {
    *("id", "course_id", "slug", "title", "timezone", "language", "created_at", "archived_at"),
    *("join_code", "join_policy", "join_domains"),
}


async def copy_course(
    session: AsyncSession,
    viewer: Viewer | None,
    source: Course,
    *,
    slug: str,
    title: str,
    shift_days: int | None,
    now: datetime,
) -> Course:
    """Make a course with the assignments and settings of another.

    shift_days  By how much its dates are later; None leaves them empty.

    Raises:
        InstructorsOnly, CourseExists, InvalidSlug, InvalidText
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, source.id)
    copy = await courses.create_course(
        session,
        slug=slug,
        title=title,
        timezone=source.timezone,
        language=source.language,
        viewer=viewer,
        now=now,
    )
    for name, value in _values_to_copy(source).items():
        setattr(copy, name, value)
    shift = None if shift_days is None else timedelta(days=shift_days)
    given = await session.scalars(
        select(Assignment).where(Assignment.course_id == source.id).order_by(Assignment.position)
    )
    session.add_all(
        Assignment(course_id=copy.id, **_moved(assignment, source.timezone, shift))
        for assignment in given
    )
    await _copy_settings(session, source, copy, shift)
    await session.flush()
    after = {"from": source.slug, "shift_days": shift_days}
    await audit.record(session, viewer, "course.copy", course_id=copy.id, after=after, now=now)
    return copy


def settings_of_courses() -> list[Mapper[Any]]:
    """List the models with one row for each course: its key is the course's."""
    return [
        mapper
        for mapper in Base.registry.mappers
        if [column.name for column in mapper.primary_key] == ["course_id"]
    ]


async def _copy_settings(
    session: AsyncSession, source: Course, copy: Course, shift: timedelta | None
) -> None:
    """Copy what has one row for each course, such as the gradebook's policy."""
    for mapper in settings_of_courses():
        row = await session.get(mapper.class_, source.id)
        if row is not None:
            values = _moved(row, source.timezone, shift)
            session.add(mapper.class_(course_id=copy.id, **values))


def _values_to_copy(row: Base) -> Mapping[str, Any]:
    """Return every column that is not the row's own: a setting added later is copied too."""
    attributes = row.__mapper__.column_attrs
    return {one.key: getattr(row, one.key) for one in attributes if one.key not in _OWN}


def _moved(row: Base, timezone: str, shift: timedelta | None) -> Mapping[str, Any]:
    """Return what is kept, with every moment later by `shift`, or empty."""
    values = dict(_values_to_copy(row))
    for one in row.__mapper__.column_attrs:
        if isinstance(one.columns[0].type, UtcDateTime) and values.get(one.key) is not None:
            values[one.key] = None if shift is None else later(values[one.key], timezone, shift)
    return values


def later(moment: datetime, timezone: str, shift: timedelta) -> datetime:
    """Return the moment some days later at the same time of the clock in the course's zone."""
    try:
        local = moment.astimezone(ZoneInfo(timezone))
        return (local + shift).astimezone(UTC)
    except OverflowError:
        return moment
