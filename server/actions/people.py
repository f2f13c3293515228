"""Every account of the server, for its administrators: finding, making, signing out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from graders.text import Language
from server.access import Viewer, require_administrator
from server.actions import accounts, audit, sign_in
from server.errors import UnknownAccount
from server.models import Enrollment, User

PAGE: Final = 50


async def find(
    session: AsyncSession, viewer: Viewer, words: str = "", *, after: str = "", limit: int = PAGE
) -> tuple[Sequence[User], bool]:
    """List accounts by e-mail address, with their enrollments; also whether there are more.

    words  Part of a name or an address; empty for all.
    after  The address that the previous page ended with.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    listed = select(User).where(User.email > after, User.deleted_at.is_(None))
    if words := words.strip():
        listed = listed.where(
            or_(
                User.email.icontains(words, autoescape=True),
                User.name.icontains(words, autoescape=True),
            )
        )
    enrolled = selectinload(User.enrollments).joinedload(Enrollment.course)
    page = listed.order_by(User.email).limit(limit + 1).options(enrolled)
    rows = (await session.scalars(page)).all()
    return rows[:limit], len(rows) > limit


async def get(session: AsyncSession, viewer: Viewer, user_id: UUID) -> User:
    """Return an account with its enrollments and their courses.

    Raises:
        AdministratorsOnly
        UnknownAccount: there is none, or its owner was deleted.
    """
    require_administrator(viewer)
    enrolled = joinedload(User.enrollments).joinedload(Enrollment.course)
    found = await session.scalars(select(User).where(User.id == user_id).options(enrolled))
    person = found.unique().one_or_none()
    if person is None or person.deleted_at is not None:
        raise UnknownAccount
    return person


async def make(
    session: AsyncSession,
    viewer: Viewer,
    *,
    email: str,
    name: str,
    language: Language,
    now: datetime,
) -> User:
    """Make an account.

    Raises:
        AdministratorsOnly, EmailTaken, InvalidEmail, InvalidText
    """
    require_administrator(viewer)
    person = await accounts.create_user(session, email=email, name=name, language=language, now=now)
    await audit.record(
        session,
        viewer,
        "people.create",
        person_id=person.id,
        after={"email": person.email, "name": person.name},
        now=now,
    )
    return person


async def sign_out(session: AsyncSession, viewer: Viewer, person: User, now: datetime) -> None:
    """Close every login and link of somebody.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    await sign_in.close_every_login(session, person.id)
    await audit.record(session, viewer, "people.sign_out", person_id=person.id, now=now)
