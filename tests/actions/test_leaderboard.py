"""Ranks, ties, and which results are scored."""

from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.access import Viewer
from server.actions import courses, grading, leaderboard
from server.models import Assignment, Course
from server.storage.database import Database
from tests.fixtures.builders import (
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
    later,
)


async def graded(
    session: AsyncSession,
    assignment: Assignment,
    viewer: Viewer,
    *points: float,
    of: float = 10,
    seconds: float = 0,
) -> None:
    """Hand in once per number of points, a second after one another."""
    for index, earned in enumerate(points):
        submission = await a_submission(session, assignment, viewer, now=later(seconds + index))
        checks = a_check(points=earned, max_points=of)
        await a_finished_run(session, submission, a_report(checks), now=later(seconds + index))


async def ranked(
    session: AsyncSession, viewer: Viewer, course: Course, **values: str
) -> Sequence[tuple[int, str, float]]:
    rows = await leaderboard.rank(session, viewer, course, **values)  # type: ignore[arg-type]
    return [(row.rank, row.display_name, row.points) for row in rows]


async def test_the_earliest_of_the_best_submissions_counts(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course, "gather")
        timeout = await an_assignment(session, course, "timeout")
        ana = await a_student(session, course, display_name="Ana")
        bea = await a_student(session, course, display_name="Bea")
        await graded(session, gather, ana, 4, 10, 10, 2)
        await graded(session, timeout, ana, 1)
        await graded(session, gather, bea, 8)

        rows = await leaderboard.rank(session, ana, course)

    assert [(row.rank, row.display_name, row.points, row.max_points) for row in rows] == [
        (1, "Ana", 11, 20),
        (2, "Bea", 8, 10),
    ]
    assert [(row.solved, row.tried, row.is_viewer) for row in rows] == [
        (1, 2, True),
        (0, 1, False),
    ]
    assert rows[0].reached_at == later(1)


async def test_equal_points_share_a_rank_and_the_next_rank_is_left_out(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course)
        students = [await a_student(session, course, display_name=name) for name in "ABCD"]
        for student, points in zip(students, (5, 7, 7, 1), strict=True):
            await graded(session, gather, student, points)

        assert await ranked(session, students[0], course) == [
            (1, "B", 7),
            (1, "C", 7),
            (3, "A", 5),
            (4, "D", 1),
        ]


async def test_equal_points_are_listed_by_the_time_they_were_reached_and_then_by_name(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course)
        for name, seconds in (("A", 30), ("D", 10), ("C", 20), ("B", 20)):
            student = await a_student(session, course, display_name=name)
            await graded(session, gather, student, 7, seconds=seconds)

        rows = await ranked(session, student, course)

    assert rows == [(1, "D", 7), (1, "B", 7), (1, "C", 7), (1, "A", 7)]


async def test_fractions_that_add_up_to_the_same_share_a_rank(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        given = [await an_assignment(session, course, name) for name in ("x", "y", "z")]
        ana = await a_student(session, course, display_name="Ana")
        bea = await a_student(session, course, display_name="Bea")
        for assignment, points in zip(given, (0.1, 0.2, 0.3), strict=True):
            await graded(session, assignment, ana, points)
        await graded(session, given[0], bea, 0.6)

        rows = await ranked(session, ana, course)

    assert sorted(rows) == [(1, "Ana", 0.6), (1, "Bea", 0.6)]


async def test_one_exercise_can_be_ranked_by_itself(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        ana = await a_student(session, course, display_name="Ana")
        await graded(session, await an_assignment(session, course, "gather"), ana, 3)
        await graded(session, await an_assignment(session, course, "timeout"), ana, 4)

        assert await ranked(session, ana, course, exercise="timeout") == [(1, "Ana", 4)]
        assert await ranked(session, ana, course, exercise="nonesuch") == []


async def test_only_graded_submissions_of_students_of_this_course_rank(database: Database) -> None:
    async with database.write() as session:
        course, other = await a_course(session), await a_course(session)
        gather, elsewhere = (
            await an_assignment(session, course),
            await an_assignment(session, other),
        )
        teacher = await an_instructor(session, course)
        waiting = await a_student(session, course)
        ana = await a_student(session, course, display_name="Ana")
        stranger = await a_student(session, other)
        await graded(session, gather, teacher, 10)
        await graded(session, gather, ana, 2)
        await graded(session, elsewhere, stranger, 9)
        await a_submission(session, gather, waiting)

        assert await ranked(session, teacher, course) == [(1, "Ana", 2)]


async def test_a_finished_regrade_replaces_what_was_before_also_if_it_earns_less(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        ana = await a_student(session, course, display_name="Ana")
        submission = await a_submission(session, await an_assignment(session, course), ana)
        await a_finished_run(session, submission, a_report(a_check(points=9)))

        await grading.regrade(session, teacher, submission.id, later(60))
        assert await ranked(session, ana, course) == [(1, "Ana", 9)]

        await a_finished_run(session, submission, a_report(a_check(points=4)), now=later(61))
        assert await ranked(session, ana, course) == [(1, "Ana", 4)]


async def test_the_leaderboard_is_refused_to_people_outside_the_course(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        stranger = await a_student(session, await a_course(session))

        with pytest.raises(errors.UnknownCourse):
            await leaderboard.rank(session, stranger, course)


async def test_enrolling_again_changes_the_role(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        ana = await a_student(session, course)
        gather = await an_assignment(session, course)
        await graded(session, gather, ana, 5)

        await courses.enroll(session, course, ana.user, "instructor")

        assert await ranked(session, ana, course) == []
