"""`semaforo backup` and `semaforo restore`: everything in one file, and back."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final

import typer

from semaforo.accounts import settings_for
from semaforo.options import DataDir, Language
from semaforo.preflight import folder_held
from semaforo.terminal import Stop, terminal_language, words

if TYPE_CHECKING:
    from server.storage.database import Database

_PIPE: Final = "-"

BackupFile = Annotated[str, typer.Argument(help="The file; - is standard output or input.")]


def backup(file: BackupFile, data_dir: DataDir = None, language: Language = None) -> None:
    """Write the whole database into a new file, while the server runs.

    The file fits SQLite and PostgreSQL alike, and only its owner may read it.
    """
    from server.storage.backup import write_backup

    _require_database(data_dir)
    now = datetime.now(UTC)
    with _written(file) as out:
        counts = _run(lambda database: write_backup(database, out, now), data_dir)
    _say_counts("Written to {file}: {counts}", file, counts, language)


def restore(
    file: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete what the database holds now.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Put a back-up into an empty database; the server must not be running."""
    from server.storage.backup import restore_backup

    folder = settings_for(data_dir).data_dir
    with _read(file) as source, folder_held(folder.absolute()):
        counts = _run(lambda database: restore_backup(database, source, replace=replace), data_dir)
    _say_counts("Restored from {file}: {counts}", file, counts, language)


def _run(
    work: Callable[[Database], Coroutine[Any, Any, Counter[str]]], data_dir: Path | None
) -> Counter[str]:
    """Do it with the database of the settings; what stands in the way becomes a sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    from server.storage.backup_lines import BackupRefused
    from server.storage.database import Database

    async def run() -> Counter[str]:
        database = Database(settings_for(data_dir).database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except BackupRefused as refused:
        raise Stop(refused.sentence, **refused.values) from None
    except SQLAlchemyError as error:
        why = str(error.__cause__ or error).partition("\n")[0]
        raise Stop("The database cannot be used: {why}", why=why) from None


def _require_database(data_dir: Path | None) -> None:
    from sqlalchemy import make_url

    url = make_url(settings_for(data_dir).database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise Stop("There is no database at {file}. Try --data-dir.", file=url.database)


@contextlib.contextmanager
def _written(name: str) -> Iterator[BinaryIO]:
    """Give a file to write that appears under its name when it is complete, or not at all."""
    if name == _PIPE:
        if sys.stdout.isatty():
            raise Stop("A back-up is no text; send it into a file: > semaforo.backup")
        with _in_words(name):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    final = Path(name).absolute()
    partial = final.with_name(f".{final.name}.{os.getpid()}.partial")
    with _in_words(name):
        if final.exists():
            raise FileExistsError(errno.EEXIST, "", name)
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                yield out
                out.flush()
                os.fsync(descriptor)
            try:
                os.link(partial, final)  # unlike a renaming, this never replaces a file
            except PermissionError:  # not every file system has links
                if final.exists():
                    raise FileExistsError(errno.EEXIST, "", name) from None
                partial.rename(final)
        finally:
            partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _read(name: str) -> Iterator[BinaryIO]:
    with _in_words(name):
        if name == _PIPE:
            yield sys.stdin.buffer
        else:
            with Path(name).open("rb") as source:
                yield source


@contextlib.contextmanager
def _in_words(name: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise Stop("{file} exists already; choose another name.", file=name) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Stop("The disk is full; nothing was kept of {file}.", file=name) from None
        raise Stop(
            "{file} cannot be used: {why}", file=name, why=error.strerror or str(error)
        ) from None


def _say_counts(sentence: str, file: str, counts: Counter[str], language: Language) -> None:
    say = words(language or terminal_language())
    shown = ", ".join(f"{counts[table]} {table}" for table in ("users", "courses", "submissions"))
    print(say(sentence).format(file=file, counts=shown), file=sys.stderr)
