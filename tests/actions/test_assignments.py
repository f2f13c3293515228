"""Finding the exercise somebody means."""

import pytest

from server import errors
from server.actions import assignments
from server.storage.database import Database
from tests.actions.hand_in import setting
from tests.fixtures.builders import (
    a_course,
    a_student,
    an_assignment,
    an_instructor,
    viewer_of,
)


async def test_an_exercise_is_found_by_its_slug_in_the_viewers_courses(database: Database) -> None:
    assignment, student = await setting(database)
    _, stranger = await setting(database, exercise="timeout")

    async with database.read() as session:
        found = await assignments.find_assignment(session, student, "gather")
        assert found.id == assignment.id
        assert found.course.id == assignment.course_id
        for viewer, slug in ((stranger, "gather"), (student, "nonesuch"), (student, "\0\ud800")):
            with pytest.raises(errors.UnknownExercise):
                await assignments.find_assignment(session, viewer, slug)


async def test_an_exercise_given_in_two_courses_needs_the_course(database: Database) -> None:
    async with database.write() as session:
        one, two = await a_course(session), await a_course(session)
        student = await a_student(session, one)
        student.roles[two.id] = student.roles[one.id]  # type: ignore[index]
        await an_assignment(session, one)
        second = await an_assignment(session, two)

        slugs = ", ".join(sorted([one.slug, two.slug]))
        with pytest.raises(errors.AmbiguousCourse, match=slugs):
            await assignments.find_assignment(session, student, "gather")
        found = await assignments.find_assignment(session, student, "gather", two.slug)
        assert found.id == second.id
        with pytest.raises(errors.UnknownCourse):
            await assignments.find_assignment(session, student, "gather", "nonesuch")


async def test_assignments_are_listed_in_their_order_and_an_exercise_is_given_once(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        student = await a_student(session, course)
        await an_assignment(session, await a_course(session), "elsewhere")
        for exercise, position in (("c", 3), ("a", 1), ("b", 2)):
            await assignments.assign(session, course, exercise, position=position)
        last = await assignments.assign(session, course, "d")

        with pytest.raises(errors.AlreadyAssigned):
            await assignments.assign(session, course, "a")

        listed = await assignments.list_assignments(session, student)
        assert [assignment.exercise for assignment in listed] == ["a", "b", "c", "d"]
        assert last.position == 4
        assert await assignments.list_assignments(session, student, course) == listed
        other = await a_course(session)
        assert await assignments.list_assignments(session, student, other) == []


async def test_administrators_list_what_their_own_courses_give(database: Database) -> None:
    async with database.write() as session:
        mine, other = await a_course(session), await a_course(session)
        for course in (mine, other):
            await an_assignment(session, course)
        boss = (await an_instructor(session, mine)).user
        boss.is_administrator = True
        await session.flush()
        administrator = await viewer_of(session, boss)

        listed = await assignments.list_assignments(session, administrator)
        of_other = await assignments.list_assignments(session, administrator, other)

    assert [one.course_id for one in listed] == [mine.id]
    assert [one.course_id for one in of_other] == [other.id]
