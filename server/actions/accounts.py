"""Accounts: creating them, and setting their display name and language."""

import asyncio
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language
from server.actions import display_names, passwords
from server.actions.names import clean_names
from server.actions.validation import clean_email, make_pseudonym
from server.errors import EmailTaken, InvalidEmail
from server.errors.roster import UnprovenEmail
from server.models import OutboxMessage, SignInLink, User


async def create_user(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    family_name: str | None = None,
    display_name: str | None = None,
    language: Language = "es",
    password: str | None = None,
    password_hash: str | None = None,
    now: datetime,
) -> User:
    """Make an account.

    Without `display_name` classmates see a pseudonym, never the real name: students decide
    themselves whether to appear on the leaderboard under their own name. Whoever has hashed the
    password already gives `password_hash`.

    Raises:
        EmailTaken, InvalidEmail, InvalidText, WeakPassword
    """
    # Before the first statement: hashing is slow, and a writing session holds SQLite's lock.
    hashed = password_hash
    if password is not None:
        hashed = await asyncio.to_thread(passwords.hash_password, password)
    whole_name, family_name = clean_names(name, family_name)
    user = User(
        email=clean_email(email),
        name=whole_name,
        family_name=family_name,
        display_name=display_names.clean_display_name(display_name or make_pseudonym(language)),
        language=language,
        password_hash=hashed,
        created_at=now,
        deleted_at=None,
        calendar_hash=None,
    )
    if await find_user(session, user.email):
        raise EmailTaken
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError:  # a concurrent request created it first
        raise EmailTaken from None
    return user


async def find_user(session: AsyncSession, email: str) -> User | None:
    """Find the account with this address, ignoring case."""
    try:
        address = clean_email(email)
    except InvalidEmail:
        return None
    user: User | None = await session.scalar(select(User).where(User.email == address))
    return user


def require_proven(user: User) -> None:
    """Require that the account is its address's owner's, before it gets rights over others' work.

    Whoever knows a join code can type anybody's address: a teacher's, who is made staff later.

    Raises:
        UnprovenEmail
    """
    if not user.is_email_proven:
        raise UnprovenEmail(user.email)


async def change_email(session: AsyncSession, user: User, email: str) -> bool:
    """Correct the address of an account; returns whether it has changed.

    Links that were sent to the old one end, and what did not arrive there is forgotten; other
    e-mail that still waits goes to the new one.

    Raises:
        EmailTaken, InvalidEmail
    """
    address = clean_email(email)
    if address == user.email:
        return False
    if await find_user(session, address):
        raise EmailTaken
    try:
        async with session.begin_nested():
            await _set(session, user, email=address)
    except IntegrityError:  # a concurrent request took it first
        raise EmailTaken from None
    await session.execute(delete(SignInLink).where(SignInLink.user_id == user.id))
    is_of_old = or_(OutboxMessage.purpose.is_not(None), OutboxMessage.next_try_at.is_(None))
    own = OutboxMessage.user_id == user.id
    await session.execute(delete(OutboxMessage).where(own, is_of_old))
    await session.execute(update(OutboxMessage).where(own).values(error=""))
    return True


async def set_display_name(session: AsyncSession, user: User, display_name: str) -> None:
    """Set the name that classmates see.

    Raises:
        InvalidText: it is empty, too long, or has invisible characters.
        MisleadingName: it can be mistaken for a teacher's.
    """
    name = display_names.clean_display_name(display_name)
    await display_names.reject_instructor_name(session, user, name)
    await _set(session, user, display_name=name)


async def set_language(session: AsyncSession, user: User, language: Language) -> None:
    """Set the language of pages and messages, as its owner wants it."""
    await _set(session, user, language=language, has_chosen_language=True)


async def suggest_language(session: AsyncSession, user: User, language: Language) -> None:
    """Set the language of messages to their browser's, unless they chose one themselves."""
    if not user.has_chosen_language and user.language != language:
        await _set(session, user, language=language)


async def _set(session: AsyncSession, user: User, **values: object) -> None:
    # By statement, because the user was probably loaded in another session.
    await session.execute(update(User).where(User.id == user.id).values(**values))
    for name, value in values.items():
        setattr(user, name, value)
