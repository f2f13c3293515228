"""Passwords that people type: to sign in, and to change them; with rate limits."""

from functools import partial
from typing import Final

from server.actions import accounts, passwords
from server.actions.secret import hash_secret
from server.errors import TooManyRequests, WrongCredentials, WrongPassword
from server.http.rates import (
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_ACCOUNT,
    WRONG_PASSWORDS_OF_ADDRESS,
    WRONG_PASSWORDS_THEN,
    Rates,
)
from server.models import User
from server.password_pool import PasswordPool
from server.storage.database import Database

_LONGEST_COUNTED: Final = 300


async def check(
    database: Database,
    rates: Rates,
    pool: PasswordPool,
    *,
    email: str,
    password: str,
    address: str,
) -> User:
    """Return the user with this e-mail address and password.

    No database connection is held while the password is verified or waits for its turn.

    Raises:
        WrongCredentials: the same for an unknown address, a wrong password, and an account
            without a password, after the same work, so that timing reveals nothing.
        TooManySignIns: too many wrong attempts; the same for an account that does not exist.
        BusySigningIn: too many passwords wait to be verified.
    """
    account = _account_of(email)
    await _require_tries_left(rates, account, address)
    async with database.read() as session:
        user = await accounts.find_user(session, email)
    stored = user.password_hash if user else None
    is_right = await pool.run(address, partial(passwords.verify, password, stored))
    if user is None or not is_right:
        await _count(rates, account, address)
        raise WrongCredentials
    await rates.forget(WRONG_PASSWORDS, account, address)
    return user


async def require_present(
    rates: Rates, pool: PasswordPool, user: User, present: str, address: str
) -> None:
    """Require the current password of who is signed in, if they have one; limited as signing in is.

    Raises:
        WrongPassword, TooManySignIns, BusySigningIn
    """
    if user.password_hash is None:
        return
    account = _account_of(user.email)
    await _require_tries_left(rates, account, address)
    if not await pool.run(address, partial(passwords.verify, present, user.password_hash)):
        await _count(rates, account, address)
        raise WrongPassword
    await rates.forget(WRONG_PASSWORDS, account, address)


async def hash_new(pool: PasswordPool, user: User, wanted: str, address: str) -> str:
    """Return the hash of a new password that is hard to guess.

    Raises:
        WeakPassword, GuessablePassword, BusySigningIn
    """
    known = passwords.list_personal_words(user)
    return await pool.run(address, partial(passwords.hash_if_strong, wanted, *known))


def _account_of(email: str) -> str:
    return hash_secret(email.strip().lower()[:_LONGEST_COUNTED])


async def _require_tries_left(rates: Rates, account: str, address: str) -> None:
    """Count this attempt for account and address before it is made: many may be concurrent."""
    await rates.require_left(WRONG_PASSWORDS_OF_ACCOUNT, account)
    try:
        await rates.require_left(WRONG_PASSWORDS_OF_ADDRESS, address)
    except TooManyRequests:
        await rates.hit(WRONG_PASSWORDS_THEN, account, address)
    await rates.hit(WRONG_PASSWORDS, account, address)


async def _count(rates: Rates, account: str, address: str) -> None:
    for rate, whom in (
        (WRONG_PASSWORDS_OF_ACCOUNT, account),
        (WRONG_PASSWORDS_OF_ADDRESS, address),
    ):
        try:
            await rates.hit(rate, whom)
        except TooManyRequests:
            continue  # this attempt was wrong anyway; the next one is refused
