"""Courses: who finds them, and what they are called."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from server import errors
from server.actions import (
    announcements,
    assignments,
    courses,
    enrolling,
    giving,
    regrades,
    roster_import,
)
from server.actions.terms import GivenTerms
from server.models import AuditEntry, Course, Role
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    an_instructor,
    viewer_of,
)


async def test_courses_are_found_only_by_their_members(database: Database) -> None:
    async with database.write() as session:
        course, other = await a_course(session), await a_course(session)
        ana = await a_student(session, course)

        assert [found.id for found in await courses.list_courses(session, ana)] == [course.id]
        assert (await courses.get_course(session, course.slug, ana)).id == course.id
        with pytest.raises(errors.UnknownCourse):
            await courses.get_course(session, other.slug, ana)
        with pytest.raises(errors.CourseExists):
            await courses.create_course(session, slug=course.slug, title="Again", now=NOON)
        assert await courses.find_course(session, other.slug) is not None
        assert await courses.find_course(session, "nonesuch") is None


@pytest.mark.parametrize("slug", ["?", "Async", "a b", "a/b", "../x", "ñ", "x" * 41, "-a"])
async def test_a_short_name_that_does_not_fit_a_url_is_refused(
    sqlite_database: Database, slug: str
) -> None:
    async with sqlite_database.write() as session:
        with pytest.raises(errors.InvalidSlug):
            await courses.create_course(session, slug=slug, title="Curso", now=NOON)


async def test_a_teacher_makes_a_course_and_teaches_it(database: Database) -> None:
    async with database.write() as session:
        teacher = await an_instructor(session, await a_course(session))

        made = await courses.create_course(
            session,
            slug="",
            title="Python asíncrono",
            timezone="america/bogota",
            viewer=teacher,
            now=NOON,
        )

        assert (made.slug, made.timezone, made.created_at) == (
            "python-asincrono",
            "America/Bogota",
            NOON,
        )
        again = await viewer_of(session, teacher.user)
        assert again.roles[made.id] is Role.INSTRUCTOR
        assert [entry.action for entry in await entries_of(session, made)] == ["course.create"]


async def test_two_courses_of_one_title_get_two_short_names(database: Database) -> None:
    async with database.write() as session:
        slugs = [(await a_course(session, slug="", title="¡Así!")).slug for _ in range(3)]

        assert slugs == ["asi", "asi-2", "asi-3"]


async def test_a_student_makes_no_course(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        ana = await a_student(session, await a_course(session))

        with pytest.raises(errors.TeachersOnly):
            await a_course(session, viewer=ana)


@pytest.mark.parametrize("timezone", ["", "Mordor", "Europe/", "posix/Europe/Madrid", "localtime"])
async def test_a_zone_that_does_not_exist_is_refused(
    sqlite_database: Database, timezone: str
) -> None:
    async with sqlite_database.write() as session:
        with pytest.raises(errors.UnknownTimeZone):
            await a_course(session, timezone=timezone)


async def test_a_change_is_recorded_with_what_was_before(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session, title="Antes")
        teacher = await an_instructor(session, course)

        await courses.change_course(
            session, teacher, course, title="Después", timezone="Europe/Madrid", now=NOON
        )

        entry = (await entries_of(session, course))[-1]
        assert (entry.action, entry.actor_id) == ("course.change", teacher.user.id)
        assert (entry.before, entry.after) == ({"title": "Antes"}, {"title": "Después"})


async def test_only_those_who_manage_a_course_change_it(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        for role in (Role.STUDENT, Role.GRADER):
            user = await a_user(session)
            await courses.enroll(session, course, user, role)
            with pytest.raises(errors.InstructorsOnly):
                await courses.archive(session, await viewer_of(session, user), course, NOON)


async def test_an_archived_course_is_left_out_of_lists_but_can_be_opened(
    database: Database,
) -> None:
    async with database.write() as session:
        old, new = await a_course(session, title="A"), await a_course(session, title="B")
        teacher = await an_instructor(session, old)
        await courses.enroll(session, new, teacher.user, Role.INSTRUCTOR)
        teacher = await viewer_of(session, teacher.user)

        await courses.archive(session, teacher, old, NOON)

        assert [course.id for course in await courses.list_courses(session, teacher)] == [new.id]
        everything = await courses.list_courses(session, teacher, with_archived=True)
        assert [course.id for course in everything] == [new.id, old.id]
        assert (await courses.get_course(session, old.slug, teacher)).is_archived
        await courses.reopen(session, teacher, old, NOON)
        assert len(await courses.list_courses(session, teacher)) == 2


async def test_an_archived_course_takes_no_submission_from_anybody(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        assignment = await an_assignment(session, course)
        people = await a_student(session, course), await an_instructor(session, course)
        await courses.archive(session, None, course, NOON)

        for viewer in people:
            with pytest.raises(errors.CourseArchived):
                await a_submission(session, assignment, viewer)


async def test_an_archived_course_takes_nothing_new(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        await courses.archive(session, teacher, course, NOON)
        given = (["gather"], GivenTerms(), Catalogue.read(), NOON)

        for adding in (
            lambda: announcements.publish(
                session, teacher, course, title="Aviso", body="Mañana.", now=NOON
            ),
            lambda: enrolling.add_person(
                session, teacher, course, email="ada@example.org", name="Ada", now=NOON
            ),
            lambda: roster_import.apply(session, teacher, course, [], now=NOON),
            lambda: giving.give(session, teacher, course, *given),
            lambda: regrades.start(session, teacher, course, regrades.Wanted(), "Por qué", NOON),
        ):
            with pytest.raises(errors.CourseArchived):
                await adding()


async def entries_of(session: AsyncSession, course: Course) -> Sequence[AuditEntry]:
    found = await session.scalars(
        select(AuditEntry).where(AuditEntry.course_id == course.id).order_by(AuditEntry.id)
    )
    return found.all()


async def test_an_archived_course_leaves_its_students_lists(database: Database) -> None:
    async with database.write() as session:
        old, new = await a_course(session), await a_course(session)
        ana = await a_student(session, old)
        await courses.enroll(session, new, ana.user, Role.STUDENT)
        ana = await viewer_of(session, ana.user)
        for course in (old, new):
            await an_assignment(session, course, "gather")
        await courses.archive(session, None, old, NOON)

        listed = await assignments.list_assignments(session, ana)
        assert [one.course_id for one in listed] == [new.id]
        # The same exercise of last term's course does not make it ambiguous.
        found = await assignments.find_assignment(session, ana, "gather")
        assert found.course_id == new.id
        of_old = await assignments.find_assignment(session, ana, "gather", old.slug)
        assert of_old.course_id == old.id
