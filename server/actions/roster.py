"""The people of a course: finding them, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require
from server.actions import names, undelivered
from server.actions.validation import clean_line
from server.errors.roster import UnknownPerson
from server.models import Assignment, Course, Enrollment, OutboxMessage, Role, Submission, User

LONGEST_GROUP: Final = 60
LONGEST_NUMBER: Final = 40
PEOPLE_ON_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people of a course are wanted; empty values leave nobody out.

    search  Part of the name, the e-mail address or the student number.
    group   Name of a group; "-" for people without one.
    undelivered  Whether an e-mail to them has not arrived.
    """

    search: str = ""
    role: Role | None = None
    group: str = ""
    undelivered: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some people of a course, in order, with how many there are.

    after  The last one's id, if more people follow; otherwise None.
    """

    people: Sequence[Enrollment]
    total: int
    after: UUID | None


def people_of(course: Course, wanted: Filter) -> Select[Enrollment]:
    """Select the enrollments of a course, joined with their users, without an order."""
    people = select(Enrollment).join(Enrollment.user).where(Enrollment.course_id == course.id)
    if wanted.role is not None:
        people = people.where(Enrollment.role == wanted.role)
    if wanted.group:
        is_in = Enrollment.group == wanted.group
        people = people.where(Enrollment.group.is_(None) if wanted.group == "-" else is_in)
    if wanted.undelivered:
        failed = OutboxMessage.user_id == Enrollment.user_id, undelivered.has_failed()
        people = people.where(exists().where(*failed))
    for word in wanted.search.split()[:8]:
        columns = (User.name, User.email, Enrollment.student_number)
        people = people.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return people


async def list_people(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    wanted: Filter,
    *,
    after: UUID | None = None,
    limit: int = PEOPLE_ON_A_PAGE,
) -> Page:
    """List people of a course in the order of their names, from the one that follows `after`.

    Raises:
        StaffOnly, UnknownPerson: nobody has the id `after`.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    people = people_of(course, wanted)
    total = await session.scalar(select(func.count()).select_from(people.subquery()))
    if after is not None:
        last = await session.get(User, after)
        if last is None:
            raise UnknownPerson
        people = people.where(tuple_(*names.IN_ORDER) > tuple_(last.sort_key, last.id))
    ordered = people.order_by(*names.IN_ORDER).limit(limit + 1).options(joinedload(Enrollment.user))
    found = (await session.scalars(ordered)).all()
    shown = found[:limit]
    return Page(shown, total or 0, shown[-1].user_id if len(found) > limit else None)


async def list_groups(session: AsyncSession, course: Course) -> list[str]:
    """List the groups that people of the course are in, by name."""
    groups = await session.scalars(
        select(Enrollment.group)
        .where(Enrollment.course_id == course.id, Enrollment.group.is_not(None))
        .distinct()
    )
    return sorted((group for group in groups if group), key=names.order_of_word)


async def count_by_role(session: AsyncSession, course: Course) -> dict[Role, int]:
    """Count the people of the course in each role."""
    rows = await session.execute(
        select(Enrollment.role, func.count())
        .where(Enrollment.course_id == course.id)
        .group_by(Enrollment.role)
    )
    return {role: count for role, count in rows}  # noqa: C416 - rows are no pairs


async def count_undelivered(session: AsyncSession, course: Course) -> int:
    """Count the people of the course to whom an e-mail has not arrived."""
    found = people_of(course, Filter(undelivered=True))
    return await session.scalar(select(func.count()).select_from(found.subquery())) or 0


async def get_person(
    session: AsyncSession, viewer: Viewer, course: Course, user_id: UUID
) -> Enrollment:
    """Return somebody's enrollment, with the user loaded.

    Raises:
        StaffOnly, UnknownPerson
    """
    require(viewer, Permission.SEE_WORK, course.id)
    person = await session.get(
        Enrollment, (course.id, user_id), options=[joinedload(Enrollment.user)]
    )
    if person is None:
        raise UnknownPerson
    return person


async def count_submissions(session: AsyncSession, course: Course, user_id: UUID) -> int:
    """Count what somebody has handed in in the course."""
    count = await session.scalar(
        select(func.count())
        .select_from(Submission)
        # By assignment: with the course's id SQLite would go through the work of everybody in it.
        .where(
            Submission.user_id == user_id,
            Submission.assignment_id.in_(
                select(Assignment.id).where(Assignment.course_id == course.id)
            ),
        )
    )
    return count or 0


def clean_group(group: str | None) -> str | None:
    """Return a group's name, tidy; None for an empty one.

    Raises:
        InvalidText: it is too long or has invisible characters.
    """
    return clean_line(group, longest=LONGEST_GROUP) if group and group.strip() else None


def clean_number(number: str | None) -> str | None:
    """Return a student number, tidy; None for an empty one.

    Raises:
        InvalidText: it is too long or has invisible characters.
    """
    return clean_line(number, longest=LONGEST_NUMBER) if number and number.strip() else None
