"""People: making accounts, choosing a name and a language."""

import asyncio
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language
from server.actions import display_names, passwords
from server.actions.validation import clean_email, clean_line, make_pseudonym
from server.errors import EmailTaken, InvalidEmail
from server.models import User

LONGEST_NAME = 80


async def create_user(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    display_name: str | None = None,
    language: Language = "es",
    password: str | None = None,
    now: datetime,
) -> User:
    """Make an account.

    Without `display_name` classmates see a made-up one, never the real name: appearing under
    one's own name on a leaderboard is the student's choice, not ours.

    Raises:
        EmailTaken, InvalidEmail, InvalidText, WeakPassword
    """
    # Before the first statement: it takes a while, and a writing session is a lock.
    hashed = (
        await asyncio.to_thread(passwords.hash_password, password) if password is not None else None
    )
    user = User(
        email=clean_email(email),
        name=clean_line(name, longest=LONGEST_NAME),
        display_name=display_names.clean_display_name(display_name or make_pseudonym(language)),
        language=language,
        password_hash=hashed,
        created_at=now,
    )
    if await find_user(session, user.email):
        raise EmailTaken
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError:  # somebody was faster; the constraint has the last word
        raise EmailTaken from None
    return user


async def find_user(session: AsyncSession, email: str) -> User | None:
    """Find the account with this address, however it is capitalised."""
    try:
        address = clean_email(email)
    except InvalidEmail:
        return None
    user: User | None = await session.scalar(select(User).where(User.email == address))
    return user


async def set_display_name(session: AsyncSession, user: User, display_name: str) -> None:
    """Choose what classmates see.

    Raises:
        InvalidText: it is empty, too long, or holds what cannot be seen.
        MisleadingName: it looks like a teacher's.
    """
    name = display_names.clean_display_name(display_name)
    await display_names.reject_instructor_name(session, user, name)
    await _set(session, user, display_name=name)


async def set_language(session: AsyncSession, user: User, language: Language) -> None:
    """Choose the language of pages and messages."""
    await _set(session, user, language=language)


async def _set(session: AsyncSession, user: User, **values: object) -> None:
    # By statement, because the viewer's user was most likely read in another session.
    await session.execute(update(User).where(User.id == user.id).values(**values))
    for name, value in values.items():
        setattr(user, name, value)
