"""For whom the last change of terms changed a grade: read back from the audit log."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions.late_grades import GradeChange
from server.actions.terms import MOST_CHANGES_KEPT
from server.models import Assignment, AuditEntry, Course, User
from server.models.names import listed_name

_RECENT: Final = 20
_AREAS: Final = ("assignment.", "extension.", "course.late_days")


class ChangedGrade(NamedTuple):
    """One person's grade, before and after."""

    name: str
    email: str
    exercise: str
    change: GradeChange


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
            return await _describe_change(session, entry)
    return None


async def _describe_change(session: AsyncSession, last: AuditEntry) -> LastChange:
    """Describe a change from its entries: of several assignments or people each has one."""
    entries = await session.scalars(
        select(AuditEntry).where(
            AuditEntry.course_id == last.course_id,
            AuditEntry.at == last.at,
            AuditEntry.actor_id == last.actor_id,
            AuditEntry.action == last.action,
        )
    )
    notes = [entry.after or {} for entry in entries]
    changes = [
        GradeChange(
            UUID(one["assignment"]),
            UUID(one["person"]),
            one["before"],
            one["after"],
            one["max_points"],
        )
        for note in notes
        for one in note.get("grades", [])
    ]
    shown = await describe_grades(session, changes[:MOST_CHANGES_KEPT])
    return LastChange(sum(note.get("changed", 0) for note in notes), shown)


async def describe_grades(
    session: AsyncSession, changes: Sequence[GradeChange]
) -> list[ChangedGrade]:
    """Name the people and exercises of changed grades, in the order of names."""
    people = await session.execute(
        select(User.id, User.name, User.family_name, User.email)
        .where(User.id.in_({change.user_id for change in changes}))
        .order_by(User.sort_key, User.id)
    )
    who = {row.id: (place, row) for place, row in enumerate(people)}
    given = await session.execute(
        select(Assignment.id, Assignment.exercise).where(
            Assignment.id.in_({change.assignment_id for change in changes})
        )
    )
    exercise_of = {row.id: row.exercise for row in given}
    # Who has been deleted since comes last.
    found = [
        (who.get(change.user_id, (len(who), None)), exercise_of.get(change.assignment_id), change)
        for change in changes
    ]
    return [
        ChangedGrade(
            name=listed_name(person.name, person.family_name) if person else "–",
            email=person.email if person else "",
            exercise=exercise or "–",
            change=change,
        )
        for (_, person), exercise, change in sorted(
            found, key=lambda one: (one[0][0], one[1] or "")
        )
    ]
