"""`semaforo user export`: what is kept about people, straight in the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semaforo.accounts import Email, get_user, run_with_database
from semaforo.options import DataDir, Language
from semaforo.terminal import CommandError

if TYPE_CHECKING:
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
        async with database.write() as session:
            person = await get_user(session, email)
            await personal_data.record_export(session, None, person, now)
            await session.commit()
        try:
            with path.open("xb") as file:
                async for piece in stream_person(database, person, now):
                    file.write(piece)
        except OSError as error:
            why = error.strerror or str(error)
            raise CommandError("{path} cannot be written: {why}", path=path, why=why) from None

    run_with_database(write, language, data_dir)
    print(path)
