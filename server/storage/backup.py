"""Back-up and restore of a whole database as one file, the same for SQLite and PostgreSQL.

It is written from one snapshot while the server runs, and read in one pass, so that it can come
from a pipe. Both need only some megabytes of memory. backup_lines.py describes the format.
"""

import asyncio
import gzip
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection, Table, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.models import Base
from server.storage.backup_lines import (
    DAMAGED,
    FROM_PLAIN,
    BackupRefused,
    kind_of,
    make_head,
    make_table,
    make_tables,
    read_head,
    read_lines,
    to_plain,
    write_line,
)
from server.storage.database import Database, newest_revision, upgrade, wipe
from server.storage.outage import DatabaseOutage
from server.storage.sqlite import is_open_elsewhere

_ROWS_AT_ONCE: Final = 50
_BYTES_AT_ONCE: Final = 4 << 20

# Errors caused by a file that was not written by us.
_NOT_OURS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_IN_USE: Final = "The database is in use. End the server and its workers first, then restore."
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid != pg_backend_pid()"
)


async def write_backup(database: Database, file: BinaryIO, made_at: datetime) -> Counter[str]:
    """Write everything in the database; returns the number of rows of each table.

    Raises:
        BackupRefused: its schema is not the one this program knows.
    """
    counts: Counter[str] = Counter()
    async with database.snapshot() as connection:
        revision, newest = await _revision(connection), newest_revision()
        if revision != newest:
            raise BackupRefused(
                "The database is at revision {revision}, and this program at {newest}. "
                "Back it up with the program that runs it.",
                revision=revision or "none",
                newest=newest,
            )
        with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as lines:
            tables = Base.metadata.sorted_tables
            write_line(lines, make_head(revision, made_at, tables))
            for table in tables:
                async for row in _rows(connection, table):
                    write_line(lines, [table.name, [to_plain(value) for value in row]])
                    counts[table.name] += 1
            write_line(lines, {"rows": dict(counts)})
    return counts


async def restore_backup(
    database: Database, file: BinaryIO, *, replace: bool = False
) -> Counter[str]:
    """Put everything in the file into the database, in one transaction; returns what it wrote.

    The schema is first made as it was then, and brought to the newest revision afterwards.

    Raises:
        BackupRefused: the database holds something and is not to be replaced; the file is
            incomplete, damaged, no back-up of ours, or of a newer Semáforo. Nothing was changed.
    """
    from alembic.util import CommandError  # as slow to load as the rest of it

    lines = read_lines(file)
    head = read_head(lines, newest_revision())
    if database.is_sqlite and await asyncio.to_thread(is_open_elsewhere, database.url.database):
        raise BackupRefused(_IN_USE)
    async with database.migrating() as connection:
        if not database.is_sqlite and await connection.scalar(text(_OTHERS)):
            raise BackupRefused(_IN_USE)
        if not replace and await _has_rows(connection):
            raise BackupRefused(
                "The database is not empty. To put the back-up in its place: --replace"
            )
        await connection.run_sync(wipe)
        try:
            await connection.run_sync(lambda sync: upgrade(sync, head["revision"]))
            tables = make_tables(head)
            await connection.run_sync(lambda sync: _require_columns(sync, tables))
            counts = await _insert_all(connection, lines, tables)
        except DatabaseOutage:
            raise
        except (*_NOT_OURS, SQLAlchemyError, CommandError) as error:
            why = str(error).partition("\n")[0]
            raise BackupRefused(DAMAGED, error=why) from error
        await connection.run_sync(upgrade)
        if database.is_sqlite:
            answer = await connection.exec_driver_sql("PRAGMA integrity_check")
            if (found := answer.scalar_one()) != "ok":
                raise BackupRefused("What was restored is damaged: {found}", found=found)
    return counts


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Any]:
    # With plain column types, not the models': enum members would have to become strings again.
    plain = make_table(table.name, {column.name: kind_of(column) for column in table.columns})
    result = await connection.stream(select(plain), execution_options={"yield_per": _ROWS_AT_ONCE})
    async for row in result:
        yield row


def _require_columns(connection: Connection, tables: Mapping[str, Table]) -> None:
    # The database's own refusal would be taken for an outage.
    there = inspect(connection)
    for name, table in tables.items():
        known = {column["name"] for column in there.get_columns(name)}
        if unknown := sorted({column.name for column in table.columns} - known):
            raise LookupError(f"{name} has no column {unknown[0]!r}")


async def _insert_all(
    connection: AsyncConnection, lines: Iterator[tuple[Any, int]], tables: Mapping[str, Table]
) -> Counter[str]:
    counts: Counter[str] = Counter()
    waiting: list[list[Any]] = []
    of, size, trailer = "", 0, None
    for value, length in lines:
        trailer = value["rows"] if isinstance(value, dict) else None
        name, row = (of, []) if trailer is not None else value
        if waiting and (name != of or size > _BYTES_AT_ONCE or trailer is not None):
            await _insert(connection, tables[of], waiting)
            waiting, size = [], 0
        if trailer is None:
            of, size = name, size + length
            waiting.append(row)
            counts[name] += 1
    if trailer is None or Counter(trailer) != counts:
        raise BackupRefused("The back-up is incomplete: its last line is missing.")
    return counts


async def _insert(connection: AsyncConnection, table: Table, rows: list[list[Any]]) -> None:
    names = [column.name for column in table.columns]
    read = [FROM_PLAIN.get(type(column.type)) for column in table.columns]
    values = [
        {
            name: convert(value) if convert and value is not None else value
            for name, convert, value in zip(names, read, row, strict=True)
        }
        for row in rows
    ]
    await connection.execute(insert(table), values)


async def _revision(connection: AsyncConnection) -> str | None:
    # A database without this table is not ours, and raises its own error.
    found: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def _has_rows(connection: AsyncConnection) -> bool:
    there = await connection.run_sync(lambda sync: set(sync.dialect.get_table_names(sync)))
    for table in Base.metadata.sorted_tables:
        if table.name in there:
            first = text(f"SELECT 1 FROM {table.name} LIMIT 1")  # noqa: S608 - a table of ours
            if await connection.scalar(first):
                return True
    return False
