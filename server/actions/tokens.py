"""API tokens of programs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Viewer
from server.actions.secret import hash_secret, make_secret
from server.actions.validation import clean_line
from server.errors import BadToken, RevokedToken, TooManyTokens, UnknownToken
from server.models import Token, User

PREFIX = "sem_"
LONGEST_NAME = 60
_USE_IS_NOTED_EVERY = timedelta(hours=1)


async def issue(
    session: AsyncSession, user: User, name: str, now: datetime, *, most: int | None = None
) -> tuple[Token, str]:
    """Make a token; returns it and its secret, which only the caller ever sees.

    most  How many active tokens the user may have; None means no limit.

    Raises:
        InvalidText: the name is empty, too long, or has invisible characters.
        TooManyTokens: the user has reached the limit.
    """
    if most is not None:
        await _require_fewer(session, user, most)
    secret = make_secret(PREFIX)
    token = Token(
        user_id=user.id,
        name=clean_line(name, longest=LONGEST_NAME),
        secret_hash=hash_secret(secret),
        hint=secret[-4:],
        created_at=now,
        last_used_at=None,
        revoked_at=None,
    )
    session.add(token)
    await session.flush()
    return token, secret


async def _require_fewer(session: AsyncSession, user: User, most: int) -> None:
    # The lock matters on PostgreSQL, where two requests could count at once; SQLite has one writer.
    await session.execute(select(User.id).where(User.id == user.id).with_for_update())
    working = select(func.count()).where(Token.user_id == user.id, Token.revoked_at.is_(None))
    if (await session.scalar(working) or 0) >= most:
        raise TooManyTokens(most)


async def authenticate(session: AsyncSession, secret: str, now: datetime) -> Viewer:
    """Return the token's owner. Only reads; `note_use` records the use.

    Raises:
        BadToken: there is no such token.
        RevokedToken: it has been revoked.
    """
    found = await session.scalars(
        select(Token)
        .where(Token.secret_hash == hash_secret(secret))
        .options(joinedload(Token.user).joinedload(User.enrollments))
    )
    token = found.unique().one_or_none()
    if token is None or token.user.deleted_at is not None:
        raise BadToken
    if token.revoked_at is not None and token.revoked_at <= now:
        raise RevokedToken
    return Viewer.of(token.user)


async def is_own(session: AsyncSession, viewer: Viewer, secret: str) -> bool:
    """Whether this is the secret of a token of the viewer that is not revoked."""
    own = select(Token.id).where(
        Token.secret_hash == hash_secret(secret),
        Token.user_id == viewer.user.id,
        Token.revoked_at.is_(None),
    )
    return await session.scalar(own) is not None


async def note_use(session: AsyncSession, secret: str, now: datetime) -> None:
    """Record that a token was used, at most once an hour."""
    long_ago = or_(Token.last_used_at.is_(None), Token.last_used_at < now - _USE_IS_NOTED_EVERY)
    await session.execute(
        update(Token)
        .where(Token.secret_hash == hash_secret(secret), long_ago)
        .values(last_used_at=now)
    )


async def revoke(session: AsyncSession, viewer: Viewer, token_id: UUID, now: datetime) -> None:
    """Revoke one of the viewer's own tokens permanently.

    Raises:
        UnknownToken: they have no such token, or it is already revoked.
    """
    revoked = await session.scalar(
        update(Token)
        .where(Token.id == token_id, Token.user_id == viewer.user.id, Token.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Token.id)
    )
    if revoked is None:
        raise UnknownToken


async def list_tokens(session: AsyncSession, viewer: Viewer) -> Sequence[Token]:
    """List the viewer's active tokens, the newest first."""
    return (
        await session.scalars(
            select(Token)
            .where(Token.user_id == viewer.user.id, Token.revoked_at.is_(None))
            .order_by(Token.created_at.desc(), Token.id.desc())
        )
    ).all()


async def revoke_all(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Revoke every token of a user."""
    await session.execute(
        update(Token)
        .where(Token.user_id == user_id, Token.revoked_at.is_(None))
        .values(revoked_at=now)
    )
