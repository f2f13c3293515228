"""A request sent twice makes one submission."""

import asyncio
from collections import Counter

import pytest

from server import errors
from server.actions import assignments
from server.models import GradingRun, Submission
from server.storage.database import Database
from tests.actions.hand_in import count, setting, submit
from tests.fixtures.builders import (
    a_student,
    a_submission,
    an_assignment,
    later,
)


async def test_concurrent_requests_with_one_key_make_one_submission(
    database: Database,
) -> None:
    assignment, student = await setting(database)

    handed_in = await asyncio.gather(
        *(submit(database, assignment, student, key="push-1") for _ in range(20))
    )

    assert len({submission.id for submission in handed_in}) == 1
    assert Counter(submission.created for submission in handed_in) == {True: 1, False: 19}
    assert await count(database, Submission) == await count(database, GradingRun) == 1


async def test_two_students_may_use_the_same_key(database: Database) -> None:
    assignment, student = await setting(database)
    async with database.write() as session:
        course = await session.get_one(assignments.Course, assignment.course_id)
        other = await a_student(session, course)
        await session.commit()

    first, second = [await submit(database, assignment, s, key="k") for s in (student, other)]

    assert first.id != second.id


@pytest.mark.parametrize("change", ["files", "assignment"])
async def test_a_key_reused_for_another_submission_is_refused(
    database: Database, change: str
) -> None:
    assignment, student = await setting(database)
    await submit(database, assignment, student, key="k")
    async with database.write() as session:
        course = await session.get_one(assignments.Course, assignment.course_id)
        other = await an_assignment(session, course, "timeout")

        with pytest.raises(errors.IdempotencyKeyReused):
            await a_submission(
                session,
                other if change == "assignment" else assignment,
                student,
                files={"solution.py": b"other"} if change == "files" else None,
                key="k",
            )


async def test_a_repeated_request_is_answered_after_the_assignment_closed(
    database: Database,
) -> None:
    assignment, student = await setting(database, due_at=later(10), max_attempts=1)
    first = await submit(database, assignment, student, key="k")

    again = await submit(database, assignment, student, key="k", now=later(20))

    assert again.id == first.id


@pytest.mark.parametrize("key", ["", "x" * 256, "with\nline", "ñ"])
async def test_a_key_that_is_not_plain_text_is_refused(database: Database, key: str) -> None:
    assignment, student = await setting(database)

    with pytest.raises(errors.InvalidIdempotencyKey):
        await submit(database, assignment, student, key=key)
