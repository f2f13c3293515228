"""Administrators of the server: who they are, appointing and dismissing them."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language
from server.access import Viewer
from server.actions import accounts, audit, sign_in
from server.actions.secret import hash_secret, make_secret
from server.errors import BadSetupLink, LastAdministrator, UnknownAccount
from server.models import SetupSecret, User


async def has_administrator(session: AsyncSession) -> bool:
    """Whether anybody administers this server."""
    found = await session.scalar(select(User.id).where(User.is_administrator).limit(1))
    return found is not None


async def renew_setup_secret(session: AsyncSession, earlier: str, now: datetime) -> str:
    """Return the secret of the link that makes the first administrator.

    It is `earlier` if that still works, else a new one, and older ones are deleted. Empty, and none
    works any more, once there is an administrator.
    """
    if await has_administrator(session):
        await session.execute(delete(SetupSecret))
        return ""
    kept = SetupSecret.secret_hash == hash_secret(earlier)
    if await session.scalar(select(SetupSecret.secret_hash).where(kept)):
        return earlier
    await session.execute(delete(SetupSecret))
    secret = make_secret()
    session.add(SetupSecret(secret_hash=hash_secret(secret), created_at=now))
    await session.flush()
    return secret


async def require_setup_secret(session: AsyncSession, secret: str) -> None:
    """Require that the secret can make the first administrator, without using it.

    Raises:
        BadSetupLink: it is unknown or used, or there is an administrator.
    """
    found = await session.scalar(
        select(SetupSecret.secret_hash).where(SetupSecret.secret_hash == hash_secret(secret))
    )
    if found is None or await has_administrator(session):
        raise BadSetupLink


async def open_server(
    session: AsyncSession,
    secret: str,
    *,
    email: str,
    name: str,
    password_hash: str,
    language: Language,
    now: datetime,
) -> User:
    """Use the secret up and make the first administrator.

    Raises:
        BadSetupLink: it is unknown or used, or there is an administrator.
        EmailTaken, InvalidEmail, InvalidText
    """
    # One statement decides between two browsers with the same link.
    used = await session.scalar(
        delete(SetupSecret)
        .where(
            SetupSecret.secret_hash == hash_secret(secret),
            ~exists().where(User.is_administrator),
        )
        .returning(SetupSecret.secret_hash)
    )
    if used is None:
        raise BadSetupLink
    user = await accounts.create_user(
        session,
        email=email,
        name=name,
        language=language,
        password_hash=password_hash,
        now=now,
    )
    await _set(session, user, is_administrator=True)
    viewer = Viewer(user, {})
    await audit.record(session, viewer, "server.open", person_id=user.id, now=now)
    return user


async def appoint(session: AsyncSession, viewer: Viewer | None, user: User, now: datetime) -> None:
    """Make the user an administrator, and sign them out everywhere.

    They sign in again, so that nobody who was let in to a lesser account stays in this one.
    `viewer` is None for the command.

    Raises:
        UnprovenEmail
        UnknownAccount: somebody has deleted them meanwhile.
    """
    if user.is_administrator:
        return
    accounts.require_proven(user)
    await _set(session, user, is_administrator=True)
    await session.execute(delete(SetupSecret))
    await sign_in.close_every_login(session, user.id)
    await audit.record(
        session,
        viewer,
        "people.appoint",
        person_id=user.id,
        before={"is_administrator": False},
        after={"is_administrator": True},
        now=now,
    )


async def dismiss(session: AsyncSession, viewer: Viewer | None, user: User, now: datetime) -> None:
    """Take the rights of an administrator from the user.

    Raises:
        LastAdministrator: there would be none.
    """
    # Locked in one order: of two who dismiss each other at the same time, one is refused.
    rows = await session.scalars(
        select(User.id).where(User.is_administrator).order_by(User.id).with_for_update()
    )
    present = set(rows)
    if user.id not in present:
        return
    if len(present) == 1:
        raise LastAdministrator
    await _set(session, user, is_administrator=False)
    await audit.record(
        session,
        viewer,
        "people.dismiss",
        person_id=user.id,
        before={"is_administrator": True},
        after={"is_administrator": False},
        now=now,
    )


async def _set(session: AsyncSession, user: User, *, is_administrator: bool) -> None:
    # Nobody makes an administrator of somebody who is being deleted.
    changed = (
        update(User)
        .where(User.id == user.id, User.deleted_at.is_(None))
        .values(is_administrator=is_administrator)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(changed) is None:
        raise UnknownAccount
    user.is_administrator = is_administrator
