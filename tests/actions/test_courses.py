"""Courses: who finds them, and what they are called."""

import pytest

from server import errors
from server.actions import courses
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_student


async def test_courses_are_found_only_by_their_members(database: Database) -> None:
    async with database.write() as session:
        course, other = await a_course(session), await a_course(session)
        ana = await a_student(session, course)

        assert [found.id for found in await courses.list_courses(session, ana)] == [course.id]
        assert (await courses.get_course(session, course.slug, ana)).id == course.id
        with pytest.raises(errors.UnknownCourse):
            await courses.get_course(session, other.slug, ana)
        with pytest.raises(errors.CourseExists):
            await courses.create_course(session, slug=course.slug, title="Again")
        assert await courses.find_course(session, other.slug) is not None
        assert await courses.find_course(session, "nonesuch") is None


@pytest.mark.parametrize("slug", ["", "Async", "a b", "a/b", "../x", "ñ", "x" * 41, "-a"])
async def test_a_short_name_that_does_not_fit_a_url_is_refused(
    sqlite_database: Database, slug: str
) -> None:
    async with sqlite_database.write() as session:
        with pytest.raises(errors.InvalidSlug):
            await courses.create_course(session, slug=slug, title="Curso")
