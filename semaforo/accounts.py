"""`semaforo user` and `semaforo token`: accounts and tokens, straight in the database.

The database is imported where it is used: `semaforo grade` loads this file too, and must be quick.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar
from uuid import UUID

import typer

from semaforo.options import DataDir, Language
from semaforo.terminal import Stop, terminal_language, words
from server.settings import Settings, get_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.models import User

T = TypeVar("T")
Email = Annotated[str, typer.Argument(help="Address of the account.")]
LINK_LIFETIME: Final = timedelta(days=7)


def add_user(
    email: Email,
    name: Annotated[str, typer.Option(help="Real name, shown to instructors only.")],
    course: Annotated[str | None, typer.Option(help="Slug of a course to enroll in.")] = None,
    title: Annotated[str | None, typer.Option(help="Title, if the course is to be made.")] = None,
    role: Annotated[
        Literal["student", "instructor"], typer.Option(help="Part taken in that course.")
    ] = "student",
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Make an account, and print a link that signs it in."""
    from server.actions import accounts, courses

    async def add(session: AsyncSession, now: datetime) -> User:
        user = await accounts.create_user(
            session,
            email=email,
            name=name,
            language=language or settings_for(data_dir).default_language,
            now=now,
        )
        if course:
            found = await courses.find_course(session, course)
            if found is None and title is None:
                raise Stop(
                    "There is no course “{course}”; give its --title to make it.", course=course
                )
            made = found or await courses.create_course(session, slug=course, title=title or course)
            await courses.enroll(session, made, user, role)
        return user

    _print_link(add, language, data_dir)


def link(
    email: Email,
    forget_password: Annotated[
        bool, typer.Option(help="Also take the password away, for who has forgotten it.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Print a link that signs this account in once, within a week."""
    from server.actions import passwords

    async def find(session: AsyncSession, _: datetime) -> User:
        user = await _user(session, email)
        if forget_password:
            await passwords.remove_password(session, user)
        return user

    _print_link(find, language, data_dir)


def issue_token(
    email: Email,
    name: Annotated[str, typer.Option(help="What it is for.")] = "semaforo token",
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Print a new token of this account; it is shown only now."""
    from server.actions import tokens

    async def issue(session: AsyncSession, now: datetime) -> str:
        _, secret = await tokens.issue(session, await _user(session, email), name, now)
        return secret

    print(in_database(issue, language, data_dir))


def list_tokens(email: Email, data_dir: DataDir = None, language: Language = None) -> None:
    """List the tokens of this account that still work."""
    from server.actions import sign_in, tokens

    async def listed(session: AsyncSession, _: datetime) -> list[str]:
        viewer = await sign_in.load_viewer(session, await _user(session, email))
        return [
            f"{token.id}  …{token.hint}  {token.created_at:%Y-%m-%d}  {token.name}"
            for token in await tokens.list_tokens(session, viewer)
        ]

    found = in_database(listed, language, data_dir)
    say = words(language or terminal_language())
    print("\n".join(found) if found else say("This account has no tokens."))


def revoke_token(
    email: Email,
    token_id: Annotated[UUID, typer.Argument(help="Its id, as `list` shows it.")],
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """End a token of this account at once and for ever."""
    from server.actions import sign_in, tokens

    async def revoke(session: AsyncSession, now: datetime) -> None:
        viewer = await sign_in.load_viewer(session, await _user(session, email))
        await tokens.revoke(session, viewer, token_id, now)

    in_database(revoke, language, data_dir)


async def _user(session: AsyncSession, email: str) -> User:
    from server.actions import accounts

    user = await accounts.find_user(session, email)
    if user is None:
        raise Stop("There is no account with the address {email}.", email=email)
    return user


def _print_link(
    find: Callable[[AsyncSession, datetime], Awaitable[User]],
    language: Language,
    data_dir: Path | None,
) -> None:
    from semaforo import facts
    from server.actions import sign_in

    async def make(session: AsyncSession, now: datetime) -> str:
        user = await find(session, now)
        return await sign_in.create_link(session, user, lifetime=LINK_LIFETIME, now=now)

    secret = in_database(make, language, data_dir)
    settings = settings_for(data_dir)
    url = settings.public_url
    if "public_url" not in settings.model_fields_set:  # where `up` listens, or last did
        url = facts.read(settings.data_dir).get("url", url)
    print(f"{url}/sign-in/{secret}")


def settings_for(data_dir: Path | None) -> Settings:
    """Return the settings, with another folder of data if one was asked for."""
    return Settings(data_dir=data_dir.absolute()) if data_dir else get_settings()


def in_database(
    work: Callable[[AsyncSession, datetime], Awaitable[T]],
    language: Language,
    data_dir: Path | None = None,
) -> T:
    """Do some work in one transaction, and say in which database; a refusal becomes a sentence."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from server.errors import DomainError
    from server.storage.database import Database

    say = words(language or terminal_language())
    address = make_url(settings_for(data_dir).database_url)
    where = address.database if address.drivername.startswith("sqlite") else f"{address!r}"
    print(say("Database: {where}").format(where=where), file=sys.stderr)

    async def run() -> T:
        database = Database(settings_for(data_dir).database_url)
        try:
            await database.migrate()
            async with database.write() as session:
                result = await work(session, datetime.now(UTC))
                await session.commit()
                return result
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DomainError as refusal:
        tongue = language or terminal_language()
        raise Stop("{why}", why=refusal.format_detail(words(tongue), tongue)) from None
    except (OSError, SQLAlchemyError) as error:
        why = str(error).partition("\n")[0]
        raise Stop("The database cannot be used: {why}", why=why) from None
