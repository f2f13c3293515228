"""Sign-in links, and logins of browsers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Viewer, may_hand_out_links
from server.actions import student_views
from server.actions.secret import hash_secret, make_secret
from server.errors import BadLink
from server.errors.retention import AccountDeleted
from server.models import Enrollment, LinkPurpose, Login, SignInLink, StudentView, User

LOGIN_LIFETIME = timedelta(days=30)
KEY_LENGTH = 16
MOST_LISTED = 200


async def create_link(
    session: AsyncSession,
    user: User,
    *,
    lifetime: timedelta,
    uses: int = 1,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
    made_by: User | None = None,
    now: datetime,
) -> str:
    """Make a secret that lets `user` in, `uses` times within `lifetime`; it is not stored.

    made_by  Who will hold it, if that is not the user: `hand_out` in links.py decides who may.

    Raises:
        AccountDeleted
    """
    if user.deleted_at is not None:
        raise AccountDeleted
    secret = make_secret()
    session.add(
        SignInLink(
            secret_hash=hash_secret(secret),
            user_id=user.id,
            expires_at=now + lifetime,
            uses_left=uses,
            purpose=purpose,
            made_by_id=made_by.id if made_by else None,
        )
    )
    await session.flush()
    return secret


async def renew_link(
    session: AsyncSession,
    user: User,
    secret: str,
    *,
    lifetime: timedelta,
    uses: int = 1,
    now: datetime,
) -> bool:
    """Renew an earlier link, even if it is used up or expired.

    Returns False and changes nothing if it is not a link of this user or has been deleted.
    """
    renewed = await session.scalar(
        update(SignInLink)
        .where(SignInLink.secret_hash == hash_secret(secret), SignInLink.user_id == user.id)
        .values(expires_at=now + lifetime, uses_left=uses)
        .returning(SignInLink.user_id)
    )
    return renewed is not None


async def require_link(
    session: AsyncSession,
    secret: str,
    now: datetime,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
) -> User:
    """Return the user of a valid link, without using it: wrong ones never take the writing session.

    Raises:
        BadLink: it is unknown, for something else, used up or expired, or whoever handed it out may
            no longer do so.
    """
    link = await session.scalar(select(SignInLink).where(*_is_usable(secret, now, purpose)))
    if link is None:
        raise BadLink
    return await _user_of(session, link.user_id, link.made_by_id)


def _is_usable(secret: str, now: datetime, purpose: LinkPurpose) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInLink.secret_hash == hash_secret(secret),
        SignInLink.purpose == purpose,
        SignInLink.uses_left > 0,
        SignInLink.expires_at > now,
    )


async def _user_of(session: AsyncSession, user_id: UUID, made_by_id: UUID | None) -> User:
    user = await session.get_one(User, user_id)
    if user.deleted_at is not None:
        raise BadLink
    if made_by_id is not None:
        # The user may have been given rights since, or the other may have lost theirs.
        holder = await session.get_one(User, made_by_id)
        if not may_hand_out_links(
            await load_viewer(session, holder), await load_viewer(session, user)
        ):
            raise BadLink
    return user


async def use_link(
    session: AsyncSession,
    secret: str,
    now: datetime,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
) -> User:
    """Use a link once and return its user.

    Raises:
        BadLink: as `require_link`.
    """
    used = (
        await session.execute(
            update(SignInLink)
            .where(*_is_usable(secret, now, purpose))
            .values(uses_left=SignInLink.uses_left - 1)
            .returning(SignInLink.user_id, SignInLink.made_by_id)
        )
    ).one_or_none()
    if used is None:
        raise BadLink
    return await _user_of(session, used.user_id, used.made_by_id)


async def open_login(
    session: AsyncSession,
    user: User,
    now: datetime,
    *,
    lifetime: timedelta = LOGIN_LIFETIME,
    device: str = "",
) -> str:
    """Sign a browser in; returns the secret for its cookie, which only the caller ever sees.

    device  Which browser on which system, for the page Account.
    """
    secret = make_secret()
    session.add(
        Login(
            secret_hash=hash_secret(secret),
            user_id=user.id,
            created_at=now,
            expires_at=now + lifetime,
            device=device,
            last_used_at=now,
        )
    )
    await session.flush()
    return secret


async def find_login(session: AsyncSession, secret: str, now: datetime) -> Viewer | None:
    """Return the owner of this cookie; None if there is no such login or it has expired."""
    found = await session.scalars(
        select(Login)
        .where(Login.secret_hash == hash_secret(secret), Login.expires_at > now)
        .options(joinedload(Login.user).joinedload(User.enrollments))
    )
    login = found.unique().one_or_none()
    is_usable = login is not None and login.user.deleted_at is None
    return Viewer.of(login.user) if login is not None and is_usable else None


async def find_viewer(session: AsyncSession, secret: str, now: datetime) -> Viewer | None:
    """Return as whom the owner of this cookie looks at pages; None without a valid login.

    That is themselves, or the student as whom they look at a course.
    """
    owner = await find_login(session, secret, now)
    if owner is None or not (owner.is_staff or owner.is_administrator):
        return owner  # a student views the course as nobody else: a statement less on each request
    view = await session.scalar(
        select(StudentView).where(
            StudentView.login_hash == hash_secret(secret), StudentView.ends_at > now
        )
    )
    return owner if view is None else await student_views.resolve(session, owner, view)


async def note_use(session: AsyncSession, secret: str, now: datetime) -> None:
    """Record that a login was used."""
    used = update(Login).where(Login.secret_hash == hash_secret(secret))
    await session.execute(used.values(last_used_at=now))


def key_of(login: Login) -> str:
    """Return a name for a login among its owner's; it tells nothing of its secret."""
    return login.secret_hash[:KEY_LENGTH]


async def close_own_login(session: AsyncSession, user_id: UUID, key: str) -> bool:
    """Delete the user's login of this `key_of`; returns whether there was one."""
    if len(key) != KEY_LENGTH:
        return False
    own = Login.user_id == user_id, Login.secret_hash.startswith(key, autoescape=True)
    closed = await session.execute(delete(Login).where(*own).returning(Login.secret_hash))
    return bool(closed.all())


async def list_logins(session: AsyncSession, user_id: UUID, now: datetime) -> Sequence[Login]:
    """List a user's current logins, the newest first; `MOST_LISTED` at most."""
    own = select(Login).where(Login.user_id == user_id, Login.expires_at > now)
    return (await session.scalars(own.order_by(Login.created_at.desc()).limit(MOST_LISTED))).all()


def is_login(login: Login, secret: str | None) -> bool:
    """Whether this login belongs to a browser with this cookie."""
    return bool(secret) and login.secret_hash == hash_secret(secret or "")


async def close_login(session: AsyncSession, secret: str) -> None:
    """Delete a browser's login, if there is one."""
    await session.execute(delete(Login).where(Login.secret_hash == hash_secret(secret)))


async def close_every_login(session: AsyncSession, user_id: UUID) -> None:
    """Delete a user's logins and sign-in links."""
    await session.execute(delete(Login).where(Login.user_id == user_id))
    await session.execute(delete(SignInLink).where(SignInLink.user_id == user_id))


async def delete_expired(session: AsyncSession, now: datetime) -> None:
    """Delete expired logins, and expired or used links."""
    await session.execute(delete(Login).where(Login.expires_at <= now))
    await session.execute(
        delete(SignInLink).where(or_(SignInLink.expires_at <= now, SignInLink.uses_left <= 0))
    )


async def load_viewer(session: AsyncSession, user: User) -> Viewer:
    """Load the user's role in each of their courses."""
    rows = await session.execute(
        select(Enrollment.course_id, Enrollment.role).where(Enrollment.user_id == user.id)
    )
    return Viewer(user, {row.course_id: row.role for row in rows})
