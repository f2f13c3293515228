"""What a student sees of a submission whose terms were not loaded."""

import pytest

from graders.report import ALL, NOTHING_BUT_VERDICTS, USUAL
from server.access import Viewer
from server.models import Submission
from server.storage.database import Database
from server.terms import class_terms
from server.visibility import visibility_for
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
)


@pytest.fixture
async def people(database: Database) -> tuple[Submission, Viewer, Viewer]:
    """A submission, its student, and an instructor."""
    async with database.write() as session:
        course = await a_course(session)
        student = await a_student(session, course)
        assignment = await an_assignment(session, course)
        submission = await a_submission(session, assignment, student)
        submission.terms = None
        return submission, student, await an_instructor(session, course)


async def test_without_terms_a_student_sees_verdicts_only(
    people: tuple[Submission, Viewer, Viewer],
) -> None:
    submission, student, _ = people

    assert visibility_for(student, submission, NOON) == NOTHING_BUT_VERDICTS


async def test_the_usual_terms_show_details_and_hints(
    people: tuple[Submission, Viewer, Viewer],
) -> None:
    submission, student, _ = people
    submission.terms = class_terms(submission.assignment)

    assert visibility_for(student, submission, NOON) == USUAL


async def test_staff_see_everything(people: tuple[Submission, Viewer, Viewer]) -> None:
    submission, _, instructor = people

    assert visibility_for(instructor, submission, NOON) == ALL
