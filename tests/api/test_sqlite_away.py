"""A SQLite file that is locked or cannot be written is a database that is away; a bug is not."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from server.storage.database import Database
from server.storage.outage import DatabaseOutage, is_outage
from tests.api.away import SECONDS, check_healed
from tests.fixtures.builders import a_course
from tests.fixtures.web import Site


async def test_a_sqlite_file_that_another_program_keeps_locked(site: Site, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "semaforo.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        answers = await asyncio.gather(*(site.submit() for _ in range(4)))
        assert time.monotonic() - began < SECONDS
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (503, "database-away")
            assert int(answer.headers["Retry-After"]) > 0
        # Who only reads notices nothing.
        assert (await site.get("/api/submissions")).status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    await check_healed(site)


async def test_a_sqlite_file_that_cannot_be_written(site: Site) -> None:
    await refuse_writes(site.app.state.database)

    answer = await site.submit()

    assert (answer.status_code, answer.json()["code"]) == (503, "database-away")


async def refuse_writes(database: Database) -> None:
    """Let it be as on a disk that was mounted again for reading only; root may write anywhere."""

    @event.listens_for(database._writer.sync_engine, "begin")
    def _read_only(connection: Any) -> None:
        connection.connection.cursor().execute("PRAGMA query_only = ON")


async def test_writing_in_a_reading_session_is_a_bug_and_no_outage(
    database: Database,
) -> None:
    async with database.read() as session:
        with pytest.raises(DBAPIError) as caught:
            await a_course(session)
    assert not isinstance(caught.value, DatabaseOutage)


@pytest.mark.parametrize("statement", ["SELECT nothing FROM users", "SELECT 1 +"])
async def test_a_wrong_statement_is_a_bug_and_no_outage(database: Database, statement: str) -> None:
    async with database.write() as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text(statement))
    assert is_outage(caught.value) == database.is_sqlite  # SQLite has one code for all of these
