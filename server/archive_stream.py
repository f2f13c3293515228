"""Streaming a course's submissions as a zip, without holding a connection or the event loop."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from server.access import Viewer
from server.actions import archive, grade_export
from server.grade_table import GradeFormat, write_file
from server.models import Course
from server.storage.database import Database
from server.submission_archive import ZipStream


async def stream_archive(
    database: Database, viewer: Viewer, course: Course, now: datetime
) -> AsyncIterator[bytes]:
    """Yield the pieces of a zip with the grades and all submissions of a course.

    Each piece is read in a session of its own, which ends before the piece is sent: a slow reader
    holds nothing. What is handed in meanwhile may be in it.
    """
    file = ZipStream()
    async with database.read() as session:
        table = await grade_export.collect(session, viewer, course, now)
    grades = await asyncio.to_thread(write_file, table, GradeFormat.PLAIN)
    yield file.add("grades.csv", grades, now)
    after: archive.Position | None = None
    while True:
        async with database.read() as session:
            some, after = await archive.read_some(session, course, after)
        yield await asyncio.to_thread(file.add_submissions, some)
        if after is None:
            break
    yield file.finish()
