"""Hints are unlocked by failing, and by nothing else."""

import pytest

from graders.report import Hint, Verdict
from graders.text import Text
from server.access import Viewer
from server.actions import grading
from server.models import Assignment, Course
from server.storage.database import Database
from tests.actions.hand_in import setting, submit
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    an_assignment,
    an_instructor,
    later,
)

HINTS = (Hint(Text.same("one"), after=1), Hint(Text.same("two"), after=2))


async def _attempt(
    database: Database, assignment: Assignment, viewer: Viewer, verdict: Verdict
) -> list[str]:
    """Hand in, be graded so, and return the hints that are stored."""
    hints = () if verdict is Verdict.PASSED else HINTS
    points = float(verdict is Verdict.PASSED)
    submission = await submit(database, assignment, viewer)
    check = a_check("a", points=points, verdict=verdict, hints=hints)
    async with database.write() as session:
        run = await a_finished_run(session, submission, a_report(check))
        await session.refresh(run, ["checks"])
        await session.commit()
        return [hint["text"]["es"] for hint in run.checks[0].hints]


async def test_each_failed_attempt_counts(database: Database) -> None:
    assignment, student = await setting(database)

    found = [await _attempt(database, assignment, student, Verdict.FAILED) for _ in range(3)]

    assert found == [["one"], ["one", "two"], ["one", "two"]]


@pytest.mark.parametrize("earlier", [Verdict.PASSED, Verdict.NOT_RUN])
async def test_an_attempt_in_which_the_check_passed_or_did_not_run_does_not_count(
    database: Database, earlier: Verdict
) -> None:
    assignment, student = await setting(database)
    await _attempt(database, assignment, student, earlier)

    assert await _attempt(database, assignment, student, Verdict.CRASHED) == ["one"]


async def test_failures_of_other_students_do_not_count(database: Database) -> None:
    assignment, student = await setting(database)
    async with database.write() as session:
        course = await session.get_one(Course, assignment.course_id)
        classmate = await a_student(session, course)
        await session.commit()
    await _attempt(database, assignment, classmate, Verdict.FAILED)

    # The second attempt: only the number of the student's own failures is below it.
    await _attempt(database, assignment, student, Verdict.PASSED)
    assert await _attempt(database, assignment, student, Verdict.FAILED) == ["one"]


async def test_failures_in_other_assignments_do_not_count(database: Database) -> None:
    assignment, student = await setting(database)
    async with database.write() as session:
        course = await session.get_one(Course, assignment.course_id)
        other = await an_assignment(session, course, "timeout")
        await session.commit()
    await _attempt(database, other, student, Verdict.FAILED)

    await _attempt(database, assignment, student, Verdict.PASSED)
    assert await _attempt(database, assignment, student, Verdict.FAILED) == ["one"]


@pytest.mark.parametrize("regraded", ["this attempt", "an earlier attempt"])
async def test_a_regrade_does_not_count_as_another_failure(
    database: Database, regraded: str
) -> None:
    assignment, student = await setting(database)
    check = a_check("a", points=0, hints=(*HINTS, Hint(Text.same("three"), after=3)))
    first = await submit(database, assignment, student)
    last = first if regraded == "this attempt" else await submit(database, assignment, student)
    async with database.write() as session:
        teacher = await an_instructor(session, await session.get_one(Course, assignment.course_id))
        await a_finished_run(session, first, a_report(check))
        await grading.regrade(session, teacher, first.id, later(60))
        run = await a_finished_run(session, first, a_report(check), now=later(61))
        if last is not first:
            run = await a_finished_run(session, last, a_report(check), now=later(62))
        await session.refresh(run, ["checks"])

        hints = [hint["text"]["es"] for hint in run.checks[0].hints]

    assert hints == (["one"] if last is first else ["one", "two"])
