"""`semaforo user` and `semaforo token`: manage accounts and tokens directly in the database.

The database is imported inside the functions: `semaforo grade` imports this file too, and must
start quickly.
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

from semaforo.options import DataDir, Language, SendLinks
from semaforo.terminal import CommandError, terminal_language
from server.i18n import gettext_for
from server.settings import Settings, get_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.models import User
    from server.storage.database import Database

T = TypeVar("T")
Email = Annotated[str, typer.Argument(help="E-mail address of the account.")]
LINK_LIFETIME: Final = timedelta(days=7)


def add_user(
    email: Email,
    name: Annotated[str, typer.Option(help="Real name, shown to instructors only.")],
    course: Annotated[str | None, typer.Option(help="Slug of a course to enroll in.")] = None,
    title: Annotated[
        str | None, typer.Option(help="Title; creates the course if it does not exist.")
    ] = None,
    role: Annotated[
        Literal["student", "grader", "instructor"], typer.Option(help="Role in that course.")
    ] = "student",
    administrator: Annotated[
        bool, typer.Option("--administrator", help="Also let them administer this server.")
    ] = False,
    send: SendLinks = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Create an account and print a link that signs in to it, or send one by e-mail."""
    from server.actions import accounts, administrators

    async def add(session: AsyncSession, now: datetime) -> User:
        user = await accounts.create_user(
            session,
            email=email,
            name=name,
            language=language or load_settings(data_dir).default_language,
            now=now,
        )
        if course:
            zone = load_settings(data_dir).default_timezone
            await _enroll(session, user, course, title, role, zone, now)
        if administrator:
            await administrators.appoint(session, None, user, now)
        return user

    if send:
        _send_link(add, course, language, data_dir)
    else:
        _print_link(add, language, data_dir)


async def _enroll(
    session: AsyncSession,
    user: User,
    course: str,
    title: str | None,
    role: str,
    zone: str,
    now: datetime,
) -> None:
    """Enroll the user; with a title, in a course that is made if there is none.

    Raises:
        CommandError: there is no such course, and no title.
        CourseArchived
    """
    from server.access import require_taught
    from server.actions import courses

    found = await courses.find_course(session, course)
    if found is None and title is None:
        raise CommandError(
            "There is no course “{course}”. To create it, add --title.", course=course
        )
    made = found or await courses.create_course(
        session, slug=course, title=title or course, timezone=zone, now=now
    )
    require_taught(made)
    await courses.enroll(session, made, user, role, now=now)


def administrator(
    email: Email,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the rights away; never the last one's.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Make this account an administrator of the server, or take that right away."""
    from server.actions import administrators

    async def change(session: AsyncSession, now: datetime) -> None:
        user = await get_user(session, email)
        if remove:
            await administrators.dismiss(session, None, user, now)
        else:
            await administrators.appoint(session, None, user, now)

    run_in_transaction(change, language, data_dir)


def link(
    email: Email,
    forget_password: Annotated[
        bool, typer.Option(help="Also delete a forgotten password.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Print a link that signs in to this account once, within a week."""
    from server.actions import passwords

    async def find(session: AsyncSession, now: datetime) -> User:
        user = await get_user(session, email)
        if forget_password:
            await passwords.remove_password(session, user, now)
        return user

    _print_link(find, language, data_dir)


def correct_email(
    email: Email,
    new_email: Annotated[str, typer.Argument(help="The right address.")],
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Correct the address of an account; links that were sent to the old one end."""
    from server.actions import people

    async def correct(session: AsyncSession, now: datetime) -> None:
        user = await get_user(session, email)
        await people.correct_email(session, None, user, new_email, now)

    run_in_transaction(correct, language, data_dir)


def issue_token(
    email: Email,
    name: Annotated[
        str, typer.Option(help="Purpose of the token, shown in lists.")
    ] = "semaforo token",
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Create a token for this account and print it; it cannot be shown again."""
    from server.actions import tokens

    async def issue(session: AsyncSession, now: datetime) -> str:
        _, secret = await tokens.issue(session, await get_user(session, email), name, now)
        return secret

    print(run_in_transaction(issue, language, data_dir))


def list_tokens(email: Email, data_dir: DataDir = None, language: Language = None) -> None:
    """List the valid tokens of this account."""
    from server.actions import sign_in, tokens

    async def describe_tokens(session: AsyncSession, _: datetime) -> list[str]:
        viewer = await sign_in.load_viewer(session, await get_user(session, email))
        return [
            f"{token.id}  …{token.hint}  {token.created_at:%Y-%m-%d}  {token.name}"
            for token in await tokens.list_tokens(session, viewer)
        ]

    found = run_in_transaction(describe_tokens, language, data_dir)
    translate = gettext_for(language or terminal_language())
    print("\n".join(found) if found else translate("This account has no tokens."))


def revoke_token(
    email: Email,
    token_id: Annotated[
        UUID, typer.Argument(help="Id of the token, as `semaforo token list` shows it.")
    ],
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Revoke a token of this account, at once and permanently."""
    from server.actions import sign_in, tokens

    async def revoke(session: AsyncSession, now: datetime) -> None:
        viewer = await sign_in.load_viewer(session, await get_user(session, email))
        await tokens.revoke(session, viewer, token_id, now)

    run_in_transaction(revoke, language, data_dir)


async def get_user(session: AsyncSession, email: str) -> User:
    """Return the account with this address.

    Raises:
        CommandError: there is none.
    """
    from server.actions import accounts

    user = await accounts.find_user(session, email)
    if user is None:
        raise CommandError("There is no account with the address {email}.", email=email)
    return user


def _send_link(
    make: Callable[[AsyncSession, datetime], Awaitable[User]],
    course: str | None,
    language: Language,
    data_dir: Path | None,
) -> None:
    from server.actions import courses, invitations

    async def send(session: AsyncSession, now: datetime) -> str:
        mailing = invitations.prepare_mailing(load_settings(data_dir), is_wanted=True)
        assert mailing is not None  # noqa: S101 - it is wanted
        user = await make(session, now)
        taught = await courses.find_course(session, course) if course else None
        await invitations.send(session, [user], taught, mailing, now)
        return user.email

    print(run_in_transaction(send, language, data_dir))


def _print_link(
    find: Callable[[AsyncSession, datetime], Awaitable[User]],
    language: Language,
    data_dir: Path | None,
) -> None:
    from semaforo import access_file
    from server.actions import sign_in

    async def make(session: AsyncSession, now: datetime) -> str:
        user = await find(session, now)
        return await sign_in.create_link(session, user, lifetime=LINK_LIFETIME, now=now)

    secret = run_in_transaction(make, language, data_dir)
    settings = load_settings(data_dir)
    url = settings.public_url
    if "public_url" not in settings.model_fields_set:  # the address of the last `semaforo up`
        url = access_file.read(settings.data_dir).get("url", url)
    print(f"{url}/sign-in/{secret}")


def load_settings(data_dir: Path | None) -> Settings:
    """Return the settings, with `data_dir` in place of the configured one if it is given."""
    return Settings(data_dir=data_dir.absolute()) if data_dir else get_settings()


def run_in_transaction(
    work: Callable[[AsyncSession, datetime], Awaitable[T]],
    language: Language,
    data_dir: Path | None = None,
) -> T:
    """Run `work` in one transaction, and print which database is used.

    Raises:
        CommandError: the work was refused, or the database cannot be used.
    """

    async def run(database: Database, now: datetime) -> T:
        async with database.write() as session:
            result = await work(session, now)
            await session.commit()
            return result

    return run_with_database(run, language, data_dir)


def run_with_database(
    work: Callable[[Database, datetime], Awaitable[T]],
    language: Language,
    data_dir: Path | None = None,
) -> T:
    """Run `work`, which opens its own transactions, and print which database is used.

    Raises:
        CommandError: the work was refused, or the database cannot be used.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from server.errors import DomainError
    from server.storage.database import Database

    translate = gettext_for(language or terminal_language())
    address = make_url(load_settings(data_dir).database_url)
    where = address.database if address.drivername.startswith("sqlite") else f"{address!r}"
    print(translate("Database: {where}").format(where=where), file=sys.stderr)

    async def run() -> T:
        database = Database(load_settings(data_dir).database_url)
        try:
            await database.migrate()
            return await work(database, datetime.now(UTC))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DomainError as refusal:
        lang = language or terminal_language()
        raise CommandError("{why}", why=refusal.format_detail(gettext_for(lang), lang)) from None
    except (OSError, SQLAlchemyError) as error:
        why = str(error).partition("\n")[0]
        raise CommandError("The database cannot be used: {why}", why=why) from None
