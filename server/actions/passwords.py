"""Passwords: hashing, verification, strength, and changing them.

Hashing and verification take a tenth of a second and 64 MiB by design: call them in a thread and
without an open session.
"""

import re
import unicodedata
from datetime import datetime
from functools import cache
from typing import Final

from pwdlib import PasswordHash
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import sign_in, tokens
from server.errors import GuessablePassword, WeakPassword, WrongPassword
from server.models import LinkPurpose, User
from server.spanish_passwords import SPANISH_PASSWORDS

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 256
# zxcvbn's scale goes to 4. A score of 2 means at least a million guesses, which take years with the
# rate limits on signing in.
_MIN_SCORE: Final = 2
_MAX_ESTIMATED: Final = 72  # characters; the time to estimate grows faster than the length


def hash_password(password: str) -> str:
    """Return the argon2id hash to store.

    Raises:
        WeakPassword: it is too short or too long.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPassword(MIN_LENGTH, MAX_LENGTH)
    return _hasher().hash(_encode(password))


def hash_if_strong(password: str, *known: str) -> str:
    """Return the hash to store of a password that is hard to guess.

    known  What an attacker knows of the person: name, address.

    Raises:
        WeakPassword, GuessablePassword
    """
    hashed = hash_password(password)
    require_hard_to_guess(password, *known)
    return hashed


def verify(password: str, stored: str | None) -> bool:
    """Whether `stored` is the hash of this password; None stands for an account without one.

    It does the same work in every case, so that timing does not reveal whether there is a password.
    """
    matches = _hasher().verify(_encode(password[: MAX_LENGTH + 1]), stored or _dummy_hash())
    return matches and stored is not None


def list_personal_words(user: User) -> tuple[str, ...]:
    """Return what an attacker knows of the user."""
    return user.email, user.name, user.display_name


def require_hard_to_guess(password: str, *known: str) -> None:
    """Refuse passwords that attackers try first: common ones, keyboard rows, years, one's own name.

    known  What an attacker knows of the person: name, address.

    Raises:
        GuessablePassword: zxcvbn finds it in less than a million guesses.
    """
    from zxcvbn import zxcvbn  # its word lists are slow to load

    words = [part for words in known for part in (words, *re.split(r"[\s@]+", words)) if part]
    words += [_without_accents(word) for word in words]
    inputs = [*words, "semaforo", *SPANISH_PASSWORDS]
    # An accent makes a word hard to guess for zxcvbn only; attackers know words without them.
    for typed in {password, _without_accents(password)}:
        if zxcvbn(typed[:_MAX_ESTIMATED], user_inputs=inputs)["score"] < _MIN_SCORE:
            raise GuessablePassword


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


async def set_password_hash(session: AsyncSession, user: User, hashed: str) -> None:
    """Set the hash of the user's password, and close all their logins.

    Raises:
        WrongPassword: it was changed concurrently since the current one was verified.
    """
    changed = await session.execute(
        update(User)
        .where(User.id == user.id, User.password_hash.is_not_distinct_from(user.password_hash))
        .values(password_hash=hashed)
        .returning(User.id)
    )
    if changed.scalar_one_or_none() is None:
        raise WrongPassword
    user.password_hash = hashed
    await sign_in.close_every_login(session, user.id)


async def set_by_link(session: AsyncSession, secret: str, hashed: str, now: datetime) -> User:
    """Use a link to set the hash of its user's password; close their logins and other links.

    Raises:
        BadLink: the link is not valid.
    """
    user = await sign_in.use_link(session, secret, now, LinkPurpose.PASSWORD)
    await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))
    user.password_hash = hashed
    await sign_in.close_every_login(session, user.id)
    await _note_proven(session, user, now)
    return user


async def remove_password(session: AsyncSession, user: User, now: datetime) -> None:
    """Remove the password, so that a new one can be set without it; close all their logins.

    The next way in is a link, or the provider: of whoever the address belongs to.
    """
    await session.execute(update(User).where(User.id == user.id).values(password_hash=None))
    user.password_hash = None
    await sign_in.close_every_login(session, user.id)
    await _note_proven(session, user, now)


async def _note_proven(session: AsyncSession, user: User, now: datetime) -> None:
    """Note that the account is its owner's: whoever typed the address has no way in any more.

    That may have been somebody else. Their password and logins have ended; now their tokens do.
    """
    if user.is_email_proven:
        return
    await tokens.revoke_all(session, user.id, now)
    await session.execute(update(User).where(User.id == user.id).values(is_email_proven=True))
    user.is_email_proven = True


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _dummy_hash() -> str:
    return _hasher().hash("the password of an account that does not exist")


def _encode(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
