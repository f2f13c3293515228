"""The students of a course, as its lists have them: in order, page by page, searched."""

import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.names import IN_ORDER
from server.models import Enrollment, Role, User
from server.models.names import listed_name


class ClassPage(NamedTuple):
    """A page of students.

    page    Its number, from 1; the last one if a higher one was asked for.
    total   How many students the search found.
    groups  The groups of the course, whatever was searched for.
    """

    students: Sequence[User]
    page: int
    total: int
    groups: Sequence[str]


async def list_page(
    session: AsyncSession,
    course_id: UUID,
    *,
    search: str = "",
    group: str = "",
    page: int,
    size: int,
) -> ClassPage:
    """Return a page of the course's students; without authorization.

    search  Part of the name or of the e-mail address, in any case and without accents; "": all.
    group   Only this group; "": all.

    Names are compared here: the databases fold accents and capitals differently, or not at all.
    """
    columns = (User.id, User.name, User.family_name, User.email, Enrollment.group)
    everybody = (await session.execute(_students(course_id).with_only_columns(*columns))).all()
    wanted = _fold(search.strip())
    found = [row.id for row in everybody if _is_found(row, wanted, group)]
    number = max(1, min(page, -(-len(found) // size)))
    ids = found[(number - 1) * size : number * size]
    students = await session.scalars(select(User).where(User.id.in_(ids)).order_by(*IN_ORDER))
    groups = sorted({row.group for row in everybody if row.group})
    return ClassPage(students.all(), number, len(found), groups)


async def list_all(session: AsyncSession, course_id: UUID) -> Sequence[User]:
    """Return every student of the course, in order; without authorization."""
    return (await session.scalars(_students(course_id))).all()


def _students(course_id: UUID) -> Select[User]:
    return (
        select(User)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
        .order_by(*IN_ORDER)
    )


def _is_found(row: Any, wanted: str, group: str) -> bool:
    if group and row.group != group:
        return False
    names = (row.name, listed_name(row.name, row.family_name), row.email)
    return any(wanted in _fold(name) for name in names)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if unicodedata.category(c) != "Mn").casefold()
