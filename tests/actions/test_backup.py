"""Back-ups: everything in one file, from either database and into either."""

import asyncio
import gzip
import io
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from graders.text import Text
from server.models import Base, Submission
from server.storage.backup import restore_backup, write_backup
from server.storage.backup_lines import BackupRefused
from server.storage.database import Database, newest_revision, upgrade
from tests.bench.bulk_sql import SMALL
from tests.bench.many_rows import fill
from tests.fixtures.builders import (
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
)

NOW = datetime(2026, 11, 28, tzinfo=UTC)
# Some thousand submissions; fifty rows are written at a time.
MANY = replace(SMALL, courses=4)


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    """Where it is restored: a database of each kind without any table."""
    database = Database(empty_database_url)
    yield database
    await database.close()


async def graded(database: Database) -> Submission:
    """Store one submission with everything that is hard to write down."""
    async with database.write() as session:
        course = await a_course(session)
        assignment = await an_assignment(session, course)
        files = {"solution.py": bytes(range(256)), "otro.py": "ñ \n€".encode()}
        submission = await a_submission(
            session, assignment, await a_student(session, course), files=files
        )
        check = a_check("½ 🚦", points=1 / 3, message=Text(es="a\0b\ud800", en=""))
        await a_finished_run(session, submission, a_report(check))
        await session.commit()
    return submission


async def everything_in(database: Database) -> dict[str, list[Any]]:
    async with database.snapshot() as connection:
        return {
            table.name: sorted(map(repr, (await connection.execute(select(table))).all()))
            for table in Base.metadata.sorted_tables
        }


async def written(database: Database) -> bytes:
    file = io.BytesIO()
    await write_backup(database, file, NOW)
    return file.getvalue()


async def test_everything_comes_back_in_either_database(
    database: Database, empty: Database
) -> None:
    await graded(database)
    async with database.write() as session:
        await fill(session, MANY)
        await session.commit()
    before = await everything_in(database)

    counts = await restore_backup(empty, io.BytesIO(await written(database)))

    assert await everything_in(empty) == before
    assert counts["submissions"] == MANY.submissions + 1
    async with empty.snapshot() as connection:
        revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert revision == newest_revision()


async def test_a_back_up_is_one_snapshot_while_submissions_arrive(
    database: Database, sqlite_url: str, tmp_path: Path
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        assignment = await an_assignment(session, course)
        student = await a_student(session, course)
        await session.commit()
    stored = 0

    async def keep_submitting() -> None:
        nonlocal stored
        while True:
            async with database.write() as session:
                await a_submission(session, assignment, student)
                await session.commit()
            stored += 1

    restored = Database(f"sqlite:///{tmp_path}/restored.db")
    flowing = asyncio.ensure_future(keep_submitting())
    try:
        for _ in range(3):
            at_least = stored
            file = await written(database)
            counts = await restore_backup(restored, io.BytesIO(file), replace=True)
            await restored.close()
            assert at_least <= counts["submissions"] <= stored
            # None without its file or its run.
            assert counts["submissions"] == counts["submission_files"] == counts["grading_runs"]
    finally:
        flowing.cancel()
        await asyncio.gather(flowing, return_exceptions=True)
        await restored.close()
    assert stored > 0


async def test_a_back_up_of_an_older_schema_is_migrated(empty: Database) -> None:
    """As revision 0002 would have written it: without what came later."""
    course, user, assignment, submission, run = (uuid4().hex for _ in range(5))
    moment = NOW.isoformat()
    tables = {
        "users": {"id": "uuid", "email": "text", "name": "text", "display_name": "text",
                  "language": "text", "created_at": "moment"},
        "courses": {"id": "uuid", "slug": "text", "title": "text"},
        "assignments": {"id": "uuid", "course_id": "uuid", "exercise": "text",
                        "position": "integer"},
        "submissions": {"id": "uuid", "assignment_id": "uuid", "user_id": "uuid",
                        "number": "integer", "submitted_at": "moment", "way": "text"},
        "grading_runs": {"id": "uuid", "submission_id": "uuid", "state": "text",
                         "claims": "integer", "queued_at": "moment"},
    }  # fmt: skip
    lines: list[Any] = [
        {"format": "semaforo-backup-1", "revision": "0002", "tables": tables},
        ["users", [user, "a@example.org", "A", "Tarea 1", "es", moment]],
        ["courses", [course, "c", "C"]],
        ["assignments", [assignment, course, "gather", 1]],
        ["submissions", [submission, assignment, user, 1, moment, "api"]],
        ["grading_runs", [run, submission, "queued", 0, moment]],
        {"rows": dict.fromkeys(tables, 1)},
    ]

    await restore_backup(empty, io.BytesIO(packed(lines)))

    async with empty.read() as session:
        found = (await session.scalars(select(Submission))).one()
    assert (found.course_id.hex, found.user_id.hex) == (course, user)


async def test_existing_rows_are_replaced_only_on_request(database: Database) -> None:
    await graded(database)
    file = await written(database)
    before = await everything_in(database)
    await database.close()

    with pytest.raises(BackupRefused, match="--replace"):
        await restore_backup(database, io.BytesIO(file))

    assert await everything_in(database) == before
    await restore_backup(database, io.BytesIO(file), replace=True)
    assert await everything_in(database) == before


async def test_nothing_is_restored_under_a_running_server(
    database: Database, database_url: str
) -> None:
    await graded(database)
    file = await written(database)
    server = Database(database_url)
    async with server.read() as session:
        await session.execute(text("SELECT 1"))  # its pool keeps the connection
    await database.close()

    with pytest.raises(BackupRefused, match="in use"):
        await restore_backup(database, io.BytesIO(file), replace=True)
    await server.close()
    await restore_backup(database, io.BytesIO(file), replace=True)


def packed(lines: list[Any]) -> bytes:
    return gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode())


@pytest.mark.parametrize(
    "kind", ["cut", "flipped", "column", "number", "no last line", "newer", "text", "nothing"]
)
async def test_an_incomplete_file_changes_nothing(database: Database, kind: str) -> None:
    await graded(database)
    file = await written(database)
    before = await everything_in(database)
    await database.close()
    lines = gzip.decompress(file).splitlines(keepends=True)
    damaged = {
        "cut": file[: len(file) // 2],
        "flipped": file[:-4] + bytes([file[-4] ^ 255]) + file[-3:],
        "column": gzip.compress(b"".join(lines).replace(b"is_administrator", b"is_administratot")),
        "number": gzip.compress(
            lines[0] + re.sub(rb"(?<=[ ,\[])\d+(?=[,\]])", b"9" * 30, b"".join(lines[1:]))
        ),
        "no last line": gzip.compress(b"".join(lines[:-1])),
        "newer": packed([{"format": "semaforo-backup-1", "revision": "9999", "tables": {}}]),
        "text": b"CREATE TABLE users",
        "nothing": b"",
    }[kind]

    with pytest.raises(BackupRefused):
        await restore_backup(database, io.BytesIO(damaged), replace=True)

    assert await everything_in(database) == before


async def test_a_database_of_another_revision_is_not_backed_up(empty: Database) -> None:
    async with empty.migrating() as connection:
        await connection.run_sync(lambda sync: upgrade(sync, "0002"))

    with pytest.raises(BackupRefused, match="0002"):
        await written(empty)


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


@pytest.mark.parametrize("was_open_to_all", [True, False])
async def test_only_its_owner_can_read_a_sqlite_file(tmp_path: Path, was_open_to_all: bool) -> None:
    file = tmp_path / "semaforo.db"
    if was_open_to_all:
        sqlite3.connect(file).close()
        file.touch()
        file.chmod(0o644)
    database = Database(f"sqlite:///{file}")

    await database.migrate()
    await graded(database)

    modes = await asyncio.to_thread(modes_in, tmp_path)
    await database.close()
    assert modes == {"semaforo.db": 0o600, "semaforo.db-wal": 0o600, "semaforo.db-shm": 0o600}
