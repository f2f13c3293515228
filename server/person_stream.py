"""Streaming everything about one person as a zip; holds no connection and not the event loop."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from server.actions import personal_data
from server.models import User
from server.storage.database import Database
from server.submission_archive import ZipStream


async def stream_person(database: Database, person: User, now: datetime) -> AsyncIterator[bytes]:
    """Yield the pieces of a zip: a JSON file for each kind of row, and all submissions.

    Each piece is read in a session of its own, which ends before the piece is sent: a slow reader
    holds nothing.
    """
    file = ZipStream()
    async with database.read() as session:
        rows = await personal_data.collect_rows(session, person.id)
    for name, found in rows.items():
        content = await asyncio.to_thread(_write, found)
        yield file.add(f"{name}.json", content, now)
    after: personal_data.Cursor | None = None
    while True:
        async with database.read() as session:
            some, after = await personal_data.read_submissions(session, person, after, now)
        yield await asyncio.to_thread(file.add_submissions, some)
        if after is None:
            break
    yield file.finish()


def _write(rows: list[dict[str, Any]]) -> bytes:
    text = json.dumps(rows, ensure_ascii=False, indent=1, default=_plain)
    return text.encode("utf-8", "replace")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
