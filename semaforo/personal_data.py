"""`semaforo user export` and `user delete`: what is kept about people, straight in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semaforo.accounts import Email, get_user, run_in_transaction, run_with_database
from semaforo.new_file import open_new_file
from semaforo.options import DataDir, Language
from semaforo.terminal import terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.storage.database import Database


def export(
    email: Email,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; a new one.")
    ] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Write everything about a person to a zip, to be given to them."""
    from server.actions import personal_data
    from server.person_stream import stream_person
    from server.submission_archive import safe_part

    path = output or Path(f"semaforo-{safe_part(email)}.zip")

    async def write(database: Database, now: datetime) -> None:
        with open_new_file(str(path)) as file:
            async with database.write() as session:
                person = await get_user(session, email)
                await personal_data.record_export(session, None, person, now)
                await session.commit()
            async for piece in stream_person(database, person, now):
                file.write(piece)

    run_with_database(write, language, data_dir)
    print(path)


def delete(
    email: Email,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, only say what would change.")
    ] = False,
    remove_files: Annotated[
        bool, typer.Option(help="Also remove the files of their submissions.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Delete a person for good; their results stay in the statistics, without a name."""
    from server.actions import deletion

    async def work(session: AsyncSession, now: datetime) -> deletion.Extent:
        person = await get_user(session, email)
        if not yes:
            return await deletion.measure(session, None, person)
        return await deletion.delete_person(
            session, None, person, removes_files=remove_files, now=now
        )

    extent = run_in_transaction(work, language, data_dir)
    gettext = gettext_for(language or terminal_language())
    print(gettext("Deleted.") if yes else gettext("This would change (add --yes to do it):"))
    for line in describe_extent(asdict(extent), gettext, removes_files=remove_files):
        print("  " + line)


def describe_extent(
    extent: Mapping[str, Any], gettext: Callable[[str], str], *, removes_files: bool
) -> Iterator[str]:
    """Say what deleting somebody changes; `extent` is as the API answers it."""
    yield gettext("Name, address, student numbers and password go; nobody can sign in any more.")
    yield gettext(
        "Logins: {logins}, tokens: {tokens}, news: {news}, drafts of comments: {drafts} go."
    ).format(**extent)
    stays = gettext("Submissions: {submissions}, comments: {comments} stay, without a name.")
    yield stays.format(**extent)
    if removes_files:
        yield gettext("The files of these submissions go; they cannot be graded again.")
    if extent["staff_of"]:
        courses = ", ".join(extent["staff_of"])
        yield gettext("They leave the staff of: {courses}").format(courses=courses)
    if extent["without_instructor"]:
        courses = ", ".join(extent["without_instructor"])
        yield gettext("Then without an instructor: {courses}").format(courses=courses)
