"""For whom the last change of terms changed a grade: read back from the audit log."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.models import Assignment, AuditEntry, Course, User
from server.models.names import listed_name

_RECENT: Final = 20
_AREAS: Final = ("assignment.", "extension.", "course.late_days")


class ChangedGrade(NamedTuple):
    """One person's grade, before and after."""

    name: str
    exercise: str
    before: float
    after: float
    max_points: float


class LastChange(NamedTuple):
    """The grades that a change of terms changed; `total` counts also those left out."""

    total: int
    grades: Sequence[ChangedGrade]


async def find_last_change(
    session: AsyncSession, viewer: Viewer, course: Course
) -> LastChange | None:
    """Return what the viewer's last change of terms in the course did; None if there is none."""
    recent = (
        select(AuditEntry)
        .where(AuditEntry.course_id == course.id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(_RECENT)
    )
    for entry in await session.scalars(recent):
        if entry.actor_id == viewer.user.id and entry.action.startswith(_AREAS):
            return await _described(session, entry)
    return None


async def _described(session: AsyncSession, entry: AuditEntry) -> LastChange:
    kept = (entry.after or {}).get("grades", [])
    people = {UUID(one["person"]) for one in kept}
    given = {UUID(one["assignment"]) for one in kept}
    names = await session.execute(
        select(User.id, User.name, User.family_name).where(User.id.in_(people))
    )
    name_of = {str(row.id): listed_name(row.name, row.family_name) for row in names}
    slugs = await session.execute(
        select(Assignment.id, Assignment.exercise).where(Assignment.id.in_(given))
    )
    exercise_of = {str(row.id): row.exercise for row in slugs}
    grades = [
        ChangedGrade(
            name_of.get(one["person"], "–"),
            exercise_of.get(one["assignment"], "–"),
            one["before"],
            one["after"],
            one["max_points"],
        )
        for one in kept
    ]
    return LastChange((entry.after or {}).get("changed", 0), sorted(grades))
