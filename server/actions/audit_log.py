"""Reading the audit log: of a course for its instructors, of the server for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from server.access import Permission, Viewer, require, require_administrator
from server.actions import names, people, roster
from server.models import AuditEntry, Course, Enrollment, User

ON_A_PAGE: Final = 50
MOST_FOUND: Final = 20
_LAST_ID: Final = UUID(int=2**128 - 1)
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries.

    course  None for those of every course and of the server itself.
    person  Who made the change, or whom it concerns; None for everybody.
    area    As in `roster`; empty for all.
    after   Moment and id of the entry that the page before ended with.
    """

    course: Course | None = None
    person: UUID | None = None
    area: str = ""
    after: Cursor | None = None


async def list_entries(
    session: AsyncSession, viewer: Viewer, wanted: Wanted, *, limit: int = ON_A_PAGE
) -> tuple[Sequence[AuditEntry], bool]:
    """List entries with their people and courses, the newest first; also whether there are more.

    Raises:
        InstructorsOnly, AdministratorsOnly
    """
    _require_may_read(viewer, wanted.course)
    found: dict[UUID, AuditEntry] = {}
    # No index serves an OR: what somebody did and what was done to them are read apart.
    for of_person in _sides(wanted.person):
        listed = select(AuditEntry).where(*_conditions(wanted), *of_person)
        listed = listed.order_by(*(column.desc() for column in _order(wanted))).limit(limit + 1)
        loaded = (AuditEntry.actor, AuditEntry.person, AuditEntry.course)
        rows = await session.scalars(listed.options(*(joinedload(one) for one in loaded)))
        found |= {entry.id: entry for entry in rows}
    by = attrgetter(*(column.key for column in _order(wanted)))
    entries = sorted(found.values(), key=by, reverse=True)
    return entries[:limit], len(entries) > limit


async def find_people(
    session: AsyncSession, viewer: Viewer, course: Course | None, words: str
) -> Sequence[User]:
    """Find up to `MOST_FOUND` people by a part of their name or address.

    course  Only who is in it; None for every account.

    Raises:
        InstructorsOnly, AdministratorsOnly
    """
    _require_may_read(viewer, course)
    if course is None:
        found, _ = await people.find(session, viewer, words, limit=MOST_FOUND)
        return found
    listed = roster.people_of(course, roster.Filter(search=words)).order_by(*names.IN_ORDER)
    listed = listed.limit(MOST_FOUND).options(joinedload(Enrollment.user))
    return [person.user for person in await session.scalars(listed)]


async def find_person(
    session: AsyncSession, viewer: Viewer, course: Course | None, user_id: UUID
) -> User | None:
    """Find somebody of the course, or any account without one; None if there is none.

    Raises:
        InstructorsOnly, AdministratorsOnly
    """
    _require_may_read(viewer, course)
    if course is None:
        return await session.get(User, user_id)
    listed = select(User).join(Enrollment, Enrollment.user_id == User.id)
    listed = listed.where(Enrollment.course_id == course.id, User.id == user_id)
    found: User | None = await session.scalar(listed)
    return found


def _require_may_read(viewer: Viewer, course: Course | None) -> None:
    if course is None:
        require_administrator(viewer)
    else:
        require(viewer, Permission.MANAGE, course.id)


def _sides(person: UUID | None) -> list[tuple[ColumnElement[bool], ...]]:
    if person is None:
        return [()]
    return [(AuditEntry.person_id == person,), (AuditEntry.actor_id == person,)]


def _order(wanted: Wanted) -> tuple[InstrumentedAttribute[Any], ...]:
    """Return what the entries are ordered by: an index has it for each kind of filter.

    Of the whole server, their ids: these rise with time. An index of moments alone would tempt
    PostgreSQL to look for a course's entries among those of all courses.
    """
    is_whole = wanted.course is None and wanted.person is None and not wanted.area
    return (AuditEntry.id,) if is_whole else (AuditEntry.at, AuditEntry.id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.course is not None:
        found.append(AuditEntry.course_id == wanted.course.id)
    if wanted.area:
        found.append(AuditEntry.area == wanted.area)
    key = _order(wanted)
    if wanted.after is not None:
        found.append(tuple_(*key) < wanted.after[-len(key) :])
    elif len(key) == 1:
        found.append(AuditEntry.id <= _LAST_ID)
    return found
