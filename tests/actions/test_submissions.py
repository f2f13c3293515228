"""Handing in: numbers, attempts, opening hours; and who finds what again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect, select

from graders.report import RunState
from server import errors
from server.actions import grading, submissions
from server.models import Course, GradingRun, Submission, SubmissionSource
from server.models.grading import IS_QUEUED
from server.storage.database import Database
from tests.actions.hand_in import count, setting, submit
from tests.fixtures.builders import (
    NOON,
    SOURCE,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    abandon_run,
    an_assignment,
    an_instructor,
    later,
)


async def abandon_all(database: Database) -> None:
    async with database.write() as session:
        for run_id in (await session.scalars(select(GradingRun.id).where(IS_QUEUED))).all():
            await abandon_run(session, run_id)
        await session.commit()


async def test_a_new_submission_equals_the_stored_one(database: Database) -> None:
    assignment, student = await setting(database)
    async with database.write() as session:
        given = await submissions.submit(
            session,
            assignment,
            student,
            {"solution.py": SOURCE},
            source="api",
            most_waiting=8,
            now=NOON,
        )
        await session.commit()
    async with database.read() as session:
        found = await submissions.get_submission(session, student, given.id)

    for made, stored in ((given, found), (given.run, found.run), (given.user, found.user)):
        assert inspect(made).unloaded <= inspect(stored).unloaded
    assert [file.content for file in given.files] == [file.content for file in found.files]


async def test_a_submission_keeps_its_files_and_has_a_queued_run(database: Database) -> None:
    assignment, student = await setting(database)
    files = {"solution.py": SOURCE, "more.py": b"\xff\x00"}

    handed_in = await submit(database, assignment, student, files=files)

    async with database.read() as session:
        found = await submissions.get_submission(session, student, handed_in.id)
    assert {file.name: file.content for file in found.files} == files
    assert (found.number, found.source, found.submitted_at) == (1, SubmissionSource.API, NOON)
    assert [run.state for run in found.runs] == [RunState.QUEUED]
    assert found.assignment.course.id == assignment.course_id
    assert handed_in.created


async def test_what_submit_returns_can_be_shown_without_another_query(database: Database) -> None:
    assignment, student = await setting(database)

    handed_in = await submit(database, assignment, student)

    assert handed_in.run.report("gather", is_staff=False).checks == ()
    assert handed_in.user.id == student.user.id


async def test_concurrent_submissions_are_numbered_without_gaps_or_duplicates(
    database: Database,
) -> None:
    assignment, student = await setting(database)

    handed_in = await asyncio.gather(*(submit(database, assignment, student) for _ in range(6)))

    assert sorted(submission.number for submission in handed_in) == list(range(1, 7))


async def test_the_limit_of_attempts_holds_for_concurrent_submissions(database: Database) -> None:
    assignment, student = await setting(database, max_attempts=3)

    outcomes = await asyncio.gather(
        *(submit(database, assignment, student) for _ in range(10)), return_exceptions=True
    )

    refused = [o for o in outcomes if isinstance(o, errors.AttemptsExhausted)]
    assert len(refused) == 7
    assert await count(database, Submission) == 3


async def test_so_many_attempts_a_day_and_the_day_is_the_courses(database: Database) -> None:
    assignment, student = await setting(database, attempts_per_day=2)
    async with database.read() as session:
        course = await session.get_one(Course, assignment.course_id)
    there = NOON.astimezone(ZoneInfo(course.timezone))
    midnight = (there + timedelta(days=1)).replace(hour=0).astimezone(UTC)
    for moment in (NOON, later(1)):
        await submit(database, assignment, student, now=moment)

    with pytest.raises(errors.DailyAttemptsUsed):
        await submit(database, assignment, student, now=midnight - timedelta(seconds=1))
    assert (await submit(database, assignment, student, now=midnight)).number == 3


async def test_between_two_attempts_there_is_a_pause(database: Database) -> None:
    assignment, student = await setting(database, cooldown_seconds=60)
    await submit(database, assignment, student, now=NOON)

    with pytest.raises(errors.TooSoon):
        await submit(database, assignment, student, now=later(59))
    again = await submit(database, assignment, student, now=later(60))

    assert again.number == 2


async def test_an_abandoned_attempt_is_not_used(database: Database) -> None:
    assignment, student = await setting(database, max_attempts=1)
    await submit(database, assignment, student)
    await abandon_all(database)

    again = await submit(database, assignment, student)

    assert again.number == 2
    with pytest.raises(errors.AttemptsExhausted):
        await submit(database, assignment, student)


async def test_an_assignment_takes_submissions_from_opening_until_just_before_it_is_due(
    database: Database,
) -> None:
    assignment, student = await setting(database, opens_at=NOON, due_at=later(60))

    with pytest.raises(errors.NotOpenYet):
        await submit(database, assignment, student, now=later(-1))
    assert (await submit(database, assignment, student, now=NOON)).created
    assert (await submit(database, assignment, student, now=later(59))).created
    with pytest.raises(errors.Closed):
        await submit(database, assignment, student, now=later(60))


async def test_an_instructor_can_hand_in_to_a_closed_assignment_without_limit(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        closed = await an_assignment(session, course, due_at=later(-1), max_attempts=1)

        numbers = [(await a_submission(session, closed, teacher)).number for _ in range(3)]

    assert numbers == [1, 2, 3]


async def test_only_members_of_the_course_can_hand_in(database: Database) -> None:
    assignment, _ = await setting(database)
    _, stranger = await setting(database)

    with pytest.raises(errors.UnknownExercise):
        await submit(database, assignment, stranger)


async def test_a_submission_is_found_by_its_student_and_their_instructor_only(
    database: Database,
) -> None:
    async with database.write() as session:
        course, other = await a_course(session), await a_course(session)
        student, classmate = await a_student(session, course), await a_student(session, course)
        teacher, stranger = (
            await an_instructor(session, course),
            await an_instructor(session, other),
        )
        handed_in = await a_submission(session, await an_assignment(session, course), student)

        for viewer in (student, teacher):
            found = await submissions.get_submission(session, viewer, handed_in.id)
            assert found.id == handed_in.id
            listed = await submissions.list_submissions(session, viewer)
            assert [submission.id for submission in listed] == [handed_in.id]
        for viewer in (classmate, stranger):
            with pytest.raises(errors.UnknownSubmission):
                await submissions.get_submission(session, viewer, handed_in.id)
            assert await submissions.list_submissions(session, viewer) == []


async def test_an_unknown_submission_is_not_found(database: Database) -> None:
    _, student = await setting(database)

    async with database.read() as session:
        with pytest.raises(errors.UnknownSubmission):
            await submissions.get_submission(session, student, uuid4())


async def test_submissions_are_listed_the_newest_first_in_pages(database: Database) -> None:
    assignment, student = await setting(database)
    for seconds in (1, 3, 2):
        await submit(database, assignment, student, now=later(seconds))

    async def listed(**values: Any) -> list[int]:
        async with database.read() as session:
            found = await submissions.list_submissions(session, student, **values)
            return [submission.number for submission in found]

    assert await listed(limit=2) == [2, 3]
    assert await listed(limit=2, before=later(2)) == [1]
    for moment, found in (("0001-01-01T00:00+14:00", []), ("9999-12-31T23:59-14:00", [2, 3, 1])):
        assert await listed(before=datetime.fromisoformat(moment)) == found
    assert await listed(user_id=UUID(int=0)) == []
    assert await listed(assignment=assignment) == [2, 3, 1]
    other, _ = await setting(database, exercise="timeout")
    assert await listed(assignment=other) == []


async def test_the_run_shown_is_the_scored_one(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher, student = await an_instructor(session, course), await a_student(session, course)
        handed_in = await a_submission(session, await an_assignment(session, course), student)
        queued = handed_in.run
        finished = await a_finished_run(session, handed_in, a_report())
        await grading.regrade(session, teacher, handed_in.id, later(60))
        await session.commit()

        async with database.read() as fresh:
            found = await submissions.get_submission(fresh, student, handed_in.id)

    assert queued.id == finished.id == found.run.id
    assert len(found.runs) == 2
