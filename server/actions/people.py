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
from server.actions import accounts, audit, invitations, sign_in
from server.actions.invitations import Mailing
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
    mailing: Mailing | None = None,
    now: datetime,
) -> User:
    """Make an account.

    mailing  Write its owner a link to set a password with; None: the caller hands one out.

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
    if mailing:
        await invitations.send(session, [person], None, mailing, now)
    return person


async def send_link(
    session: AsyncSession, viewer: Viewer, person: User, mailing: Mailing, now: datetime
) -> None:
    """Write somebody a link with which they set a password; nobody else sees it.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    await invitations.send(session, [person], None, mailing, now)
    await audit.record(
        session,
        viewer,
        "people.link",
        person_id=person.id,
        after={"purpose": invitations.PURPOSE.value, "by": "e-mail"},
        now=now,
    )


async def correct_email(
    session: AsyncSession, viewer: Viewer | None, person: User, email: str, now: datetime
) -> None:
    """Correct the address of an account; links that were sent to the old one end.

    viewer  None for the command.

    Raises:
        AdministratorsOnly, EmailTaken, InvalidEmail
    """
    if viewer is not None:
        require_administrator(viewer)
    before = person.email
    if await accounts.change_email(session, person, email):
        await audit.record(
            session,
            viewer,
            "people.change",
            person_id=person.id,
            before={"email": before},
            after={"email": person.email},
            now=now,
        )


async def sign_out(session: AsyncSession, viewer: Viewer, person: User, now: datetime) -> None:
    """Close every login and link of somebody.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    await sign_in.close_every_login(session, person.id)
    await audit.record(session, viewer, "people.sign_out", person_id=person.id, now=now)
