"""Handing in as a route does it: each time in a transaction of its own."""

from typing import Any

from sqlalchemy import func, select

from server.access import Viewer
from server.models import Assignment, GradingRun, Submission
from server.storage.database import Database
from tests.fixtures.builders import (
    a_course,
    a_student,
    a_submission,
    an_assignment,
)


async def setting(database: Database, **assignment: Any) -> tuple[Assignment, Viewer]:
    async with database.write() as session:
        course = await a_course(session)
        given = await an_assignment(session, course, **assignment)
        student = await a_student(session, course)
        await session.commit()
        return given, student


async def submit(
    database: Database, assignment: Assignment, viewer: Viewer, **values: Any
) -> Submission:
    async with database.write() as session:
        submission = await a_submission(session, assignment, viewer, **values)
        await session.commit()
        return submission


async def count(database: Database, what: type[Submission] | type[GradingRun]) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(what)) or 0
