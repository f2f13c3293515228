"""People: making accounts, checking passwords, choosing a name and a language."""

import asyncio
from datetime import datetime
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language
from server.actions.words import email_address, one_line, pseudonym
from server.errors import EmailTaken, InvalidEmail, WeakPassword, WrongCredentials
from server.models import User

LONGEST_NAME = 80
LONGEST_DISPLAY_NAME = 40
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256


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
    user = User(
        email=email_address(email),
        name=one_line(name, longest=LONGEST_NAME),
        display_name=_display_name(display_name or pseudonym(language)),
        language=language,
        # Before the first statement: it takes a while, and a writing session is a lock.
        password_hash=await hash_password(password) if password is not None else None,
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
        address = email_address(email)
    except InvalidEmail:
        return None
    user: User | None = await session.scalar(select(User).where(User.email == address))
    return user


async def check_password(session: AsyncSession, email: str, password: str) -> User:
    """Give the user whose address and password these are.

    Takes about 0.2 s whatever the answer, and so wants a reading session: a writing one would
    keep everybody else waiting for that long.

    Raises:
        WrongCredentials: the same for an unknown address, a wrong password, and an account
            without a password; and after the same work, so that time does not tell either.
    """
    user = await find_user(session, email)
    stored = user.password_hash if user else None
    is_right = await asyncio.to_thread(_verify, password[: LONGEST_PASSWORD + 1], stored)
    if user is None or not is_right:
        raise WrongCredentials
    return user


async def hash_password(password: str) -> str:
    """Give the argon2id hash to store.

    Raises:
        WeakPassword: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(SHORTEST_PASSWORD, LONGEST_PASSWORD)
    return await asyncio.to_thread(lambda: _hasher().hash(_storable(password)))


async def set_display_name(session: AsyncSession, user: User, display_name: str) -> None:
    """Choose what classmates see.

    Raises:
        InvalidText: it is empty, too long, or holds what cannot be seen.
    """
    await _set(session, user, display_name=_display_name(display_name))


async def set_language(session: AsyncSession, user: User, language: Language) -> None:
    """Choose the language of pages and messages."""
    await _set(session, user, language=language)


async def _set(session: AsyncSession, user: User, **values: object) -> None:
    # By statement, because the viewer's user was most likely read in another session.
    await session.execute(update(User).where(User.id == user.id).values(**values))
    for name, value in values.items():
        setattr(user, name, value)


def _display_name(text: str) -> str:
    return one_line(text, longest=LONGEST_DISPLAY_NAME)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the password of an account that does not exist")


def _verify(password: str, stored: str | None) -> bool:
    is_right = _hasher().verify(_storable(password), stored or _nobodys_hash())
    return is_right and stored is not None


def _storable(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
