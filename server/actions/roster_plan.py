"""What a list of people would change in a course, line by line; nothing is changed here.

A list only adds and corrects: nobody is removed, and an empty cell leaves what there is.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require, require_taught
from server.actions import names, roster
from server.actions.roster_file import Row
from server.actions.validation import clean_email
from server.errors import DomainError
from server.errors.roster import ConflictingRows, NameMissing
from server.models import Course, Enrollment, Role, User
from server.models.names import listed_name

_AT_ONCE: Final = 500  # addresses in one statement; databases limit their number


class Outcome(StrEnum):
    """What a line of the list would do.

    NEW      Makes an account and enrolls it.
    JOINS    Enrolls an account that there is already.
    CHANGED  Changes somebody in the course.
    SAME     Changes nothing.
    REPEATED Repeats an earlier line, and changes nothing.
    ERROR    Cannot be used.
    """

    NEW = "new"
    JOINS = "joins"
    CHANGED = "changed"
    SAME = "same"
    REPEATED = "repeated"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A line of the list with what it would do.

    changes  For CHANGED: what was and what would be, by field.
    column   For ERROR: the field it is about, and why in `problem`.
    first    For REPEATED: the line it repeats.
    """

    row: Row
    outcome: Outcome
    user: User | None = None
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    column: str = ""
    problem: DomainError | None = None
    first: int = 0

    @property
    def listed_name(self) -> str:
        """The name as lists show it."""
        return listed_name(self.row.name, self.row.family_name or None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would change in a course.

    absent  Students of the course whom the list does not have, in order. They stay.
    """

    lines: Sequence[PlannedRow]
    absent: Sequence[User]

    def of(self, *outcomes: Outcome) -> list[PlannedRow]:
        """Return the lines with one of these outcomes."""
        return [line for line in self.lines if line.outcome in outcomes]

    @property
    def digest(self) -> str:
        """A short hash of everything it would do: another plan has another one."""
        fingerprint_lines = [
            f"{line.row.line} {line.row.email} {line.outcome} {sorted(line.changes.items())}"
            for line in self.lines
        ]
        return hashlib.sha256("\n".join(fingerprint_lines).encode()).hexdigest()[:16]


async def plan(
    session: AsyncSession, viewer: Viewer | None, course: Course, rows: Sequence[Row]
) -> Plan:
    """Compare a list with the people of the course; nothing is changed.

    Raises:
        InstructorsOnly, CourseArchived
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    require_taught(course)
    clean = [_clean(row) for row in rows]
    users = await _users_by_email(session, [line.row.email for line in clean])
    people = await _people_by_id(session, course)
    shared = await _ids_in_other_courses(session, course, [user.id for user in users.values()])
    seen: dict[str, PlannedRow] = {}
    lines = []
    for line in clean:
        if line.outcome is not Outcome.ERROR:
            line = _compare(line.row, seen, users, people, shared)
            seen.setdefault(line.row.email, line)
        lines.append(line)
    named = {user.id for email, user in users.items() if email in seen}
    absent = [
        person.user
        for person in people.values()
        if person.role is Role.STUDENT and person.user_id not in named
    ]
    return Plan(lines, sorted(absent, key=lambda user: (user.sort_key, user.id)))


def _clean(row: Row) -> PlannedRow:
    """Check each cell; the outcome is ERROR with the first that cannot be used, or SAME."""
    checks = (
        ("email", lambda: clean_email(row.email)),
        ("name", lambda: names.clean_names(row.name, row.family_name) if _has_name(row) else None),
        ("student_number", lambda: roster.clean_number(row.student_number)),
        ("group", lambda: roster.clean_group(row.group)),
    )
    values: dict[str, Any] = {}
    for column, check in checks:
        try:
            values[column] = check()
        except DomainError as problem:
            return PlannedRow(row, Outcome.ERROR, column=column, problem=problem)
    name, family = values["name"] or ("", None)
    tidy = replace(
        row,
        email=values["email"],
        name=name,
        family_name=family or "",
        student_number=values["student_number"] or "",
        group=values["group"] or "",
    )
    return PlannedRow(tidy, Outcome.SAME)


def _has_name(row: Row) -> bool:
    return bool(row.name or row.family_name)


def _compare(
    row: Row,
    seen: Mapping[str, PlannedRow],
    users: Mapping[str, User],
    people: Mapping[UUID, Enrollment],
    shared: set[UUID],
) -> PlannedRow:
    earlier = seen.get(row.email)
    if earlier is not None:
        if replace(row, line=earlier.row.line) == earlier.row:
            return PlannedRow(row, Outcome.REPEATED, first=earlier.row.line)
        return PlannedRow(
            row, Outcome.ERROR, column="email", problem=ConflictingRows(earlier.row.line)
        )
    user = users.get(row.email)
    if user is None:
        if not row.name:
            return PlannedRow(row, Outcome.ERROR, column="name", problem=NameMissing())
        return PlannedRow(row, Outcome.NEW)
    person = people.get(user.id)
    if person is None:
        return PlannedRow(
            replace(row, name=user.name, family_name=user.family_name or ""), Outcome.JOINS, user
        )
    changes = _changes(row, person, may_rename=user.id not in shared and not user.is_administrator)
    outcome = Outcome.CHANGED if changes else Outcome.SAME
    return PlannedRow(row, outcome, user, changes)


def _changes(row: Row, person: Enrollment, *, may_rename: bool) -> dict[str, tuple[str, str]]:
    now_is = {"group": person.group or "", "student_number": person.student_number or ""}
    wanted = {"group": row.group, "student_number": row.student_number}
    if may_rename and row.name:
        now_is["name"] = person.user.listed_name
        family = row.family_name or find_known_family(row, person.user)
        wanted["name"] = listed_name(row.name, family)
    return {
        key: (now_is[key], value) for key, value in wanted.items() if value and value != now_is[key]
    }


def find_known_family(row: Row, user: User) -> str | None:
    """A list without family names does not forget the one that is known."""
    return user.family_name if row.name == user.name else None


async def _users_by_email(session: AsyncSession, emails: Sequence[str]) -> dict[str, User]:
    found: dict[str, User] = {}
    for first in range(0, len(emails), _AT_ONCE):
        some = emails[first : first + _AT_ONCE]
        for user in await session.scalars(select(User).where(User.email.in_(some))):
            found[user.email] = user
    return found


async def _people_by_id(session: AsyncSession, course: Course) -> dict[UUID, Enrollment]:
    people = await session.scalars(
        select(Enrollment)
        .where(Enrollment.course_id == course.id)
        .options(joinedload(Enrollment.user))
    )
    return {person.user_id: person for person in people}


async def _ids_in_other_courses(
    session: AsyncSession, course: Course, ids: Sequence[UUID]
) -> set[UUID]:
    found: set[UUID] = set()
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        elsewhere = select(Enrollment.user_id).where(
            Enrollment.user_id.in_(some), Enrollment.course_id != course.id
        )
        found.update(await session.scalars(elsewhere))
    return found
