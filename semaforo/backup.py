"""`semaforo backup` and `semaforo restore`: the whole database to and from one file."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final

import typer

from semaforo.accounts import load_settings
from semaforo.new_file import open_new_file, os_errors_as_command_errors
from semaforo.options import DataDir, Language
from semaforo.preflight import lock_data_dir
from semaforo.terminal import CommandError, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from server.storage.database import Database

_PIPE: Final = "-"

BackupFile = Annotated[str, typer.Argument(help="The file; - means standard output or input.")]


def backup(file: BackupFile, data_dir: DataDir = None, language: Language = None) -> None:
    """Write the whole database to a new file; the server may be running.

    The file can be restored into SQLite and PostgreSQL. Only its owner can read it.
    """
    from server.storage.backup import write_backup

    _require_database(data_dir)
    now = datetime.now(UTC)
    with _open_for_writing(file) as out:
        counts = _run(lambda database: write_backup(database, out, now), data_dir)
    _print_counts("Written to {file}: {counts}", file, counts, language)


def restore(
    file: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete the current content of the database first.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Restore a backup into an empty database; the server must be stopped."""
    from server.storage.backup import restore_backup

    folder = load_settings(data_dir).data_dir
    with _open_for_reading(file) as source, lock_data_dir(folder.absolute()):
        counts = _run(lambda database: restore_backup(database, source, replace=replace), data_dir)
    _print_counts("Restored from {file}: {counts}", file, counts, language)


def _run(
    work: Callable[[Database], Coroutine[Any, Any, Counter[str]]], data_dir: Path | None
) -> Counter[str]:
    """Run `work` with the configured database.

    Raises:
        CommandError: the backup was refused, or the database cannot be used.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from server.storage.backup_lines import BackupRefused
    from server.storage.database import Database

    async def run() -> Counter[str]:
        database = Database(load_settings(data_dir).database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except BackupRefused as refused:
        raise CommandError(refused.sentence, **refused.values) from None
    except SQLAlchemyError as error:
        why = str(error.__cause__ or error).partition("\n")[0]
        raise CommandError("The database cannot be used: {why}", why=why) from None


def _require_database(data_dir: Path | None) -> None:
    from sqlalchemy import make_url

    url = make_url(load_settings(data_dir).database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise CommandError("There is no database at {file}. Try --data-dir.", file=url.database)


@contextlib.contextmanager
def _open_for_writing(name: str) -> Iterator[BinaryIO]:
    if name != _PIPE:
        with open_new_file(name) as out:
            yield out
        return
    if sys.stdout.isatty():
        raise CommandError(
            "A backup cannot be printed on a terminal; redirect it to a file: > semaforo.backup"
        )
    with os_errors_as_command_errors(name):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _open_for_reading(name: str) -> Iterator[BinaryIO]:
    with os_errors_as_command_errors(name):
        if name == _PIPE:
            yield sys.stdin.buffer
        else:
            with Path(name).open("rb") as source:
                yield source


def _print_counts(sentence: str, file: str, counts: Counter[str], language: Language) -> None:
    translate = gettext_for(language or terminal_language())
    shown = ", ".join(f"{counts[table]} {table}" for table in ("users", "courses", "submissions"))
    print(translate(sentence).format(file=file, counts=shown), file=sys.stderr)
