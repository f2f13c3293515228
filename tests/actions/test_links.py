"""Who may hold a link to somebody else's account, and until when."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import administrators, courses, links, passwords, sign_in
from server.errors import BadLink, MayNotHandOutLinks
from server.models import AuditEntry, Course, LinkPurpose, Role, User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course, a_user, viewer_of

HASH = "argon2id"


@dataclass
class School:
    """A course with its instructor and a student, and another course."""

    course: Course
    other: Course
    teacher: User
    student: User


async def a_school(session: AsyncSession) -> School:
    teacher, student = await a_user(session), await a_user(session)
    course, other = await a_course(session, students=(student,)), await a_course(session)
    await courses.enroll(session, course, teacher, Role.INSTRUCTOR)
    return School(course, other, teacher, student)


async def hand_out(session: AsyncSession, school: School, *, by: User | None = None) -> str:
    viewer = await viewer_of(session, by or school.teacher)
    path = await links.hand_out(
        session, viewer, school.student, LinkPurpose.PASSWORD, NOON, course=school.course
    )
    return path.removeprefix("/password/")


async def takes_another_course(session: AsyncSession, school: School) -> None:
    await courses.enroll(session, school.other, school.student, Role.STUDENT)


async def grades_elsewhere(session: AsyncSession, school: School) -> None:
    await courses.enroll(session, school.other, school.student, Role.GRADER)


async def teaches_here(session: AsyncSession, school: School) -> None:
    await courses.enroll(session, school.course, school.student, Role.INSTRUCTOR)


async def administers(session: AsyncSession, school: School) -> None:
    await administrators.appoint(session, None, school.student, NOON)


RIGHTS = [takes_another_course, grades_elsewhere, teaches_here, administers]
Change = Callable[[AsyncSession, School], Awaitable[None]]


async def test_an_instructor_hands_out_a_link_that_sets_a_password(database: Database) -> None:
    async with database.write() as session:
        school = await a_school(session)
        login = await sign_in.open_login(session, school.student, NOON)
        secret = await hand_out(session, school)

        user = await passwords.set_by_link(session, secret, HASH, NOON)

        assert (user.id, user.password_hash) == (school.student.id, HASH)
        assert await sign_in.find_login(session, login, NOON) is None
        with pytest.raises(BadLink):
            await passwords.set_by_link(session, secret, HASH, NOON)
        (entry,) = await session.scalars(
            select(AuditEntry).where(AuditEntry.action == "people.link")
        )
        assert (entry.actor_id, entry.person_id, entry.course_id) == (
            school.teacher.id,
            school.student.id,
            school.course.id,
        )


@pytest.mark.parametrize("change", RIGHTS, ids=lambda change: change.__name__)
async def test_nobody_gets_a_link_to_an_account_with_rights_that_they_lack(
    database: Database, change: Change
) -> None:
    async with database.write() as session:
        school = await a_school(session)
        await change(session, school)

        with pytest.raises(MayNotHandOutLinks):
            await hand_out(session, school)


@pytest.mark.parametrize("change", RIGHTS, ids=lambda change: change.__name__)
async def test_a_link_ends_when_its_owner_is_given_more_rights(
    database: Database, change: Change
) -> None:
    async with database.write() as session:
        school = await a_school(session)
        secret = await hand_out(session, school)
        await change(session, school)

        with pytest.raises(BadLink):
            await sign_in.require_link(session, secret, NOON, LinkPurpose.PASSWORD)
        with pytest.raises(BadLink):
            await passwords.set_by_link(session, secret, HASH, NOON)


async def test_a_link_ends_when_whoever_holds_it_no_longer_teaches(database: Database) -> None:
    async with database.write() as session:
        school = await a_school(session)
        secret = await hand_out(session, school)
        await courses.enroll(session, school.course, school.teacher, Role.GRADER)

        with pytest.raises(BadLink):
            await passwords.set_by_link(session, secret, HASH, NOON)


@pytest.mark.parametrize("role", [None, Role.STUDENT, Role.GRADER])
async def test_students_and_graders_hand_out_no_links(
    database: Database, role: Role | None
) -> None:
    async with database.write() as session:
        school = await a_school(session)
        somebody = await a_user(session)
        if role:
            await courses.enroll(session, school.course, somebody, role)

        with pytest.raises(MayNotHandOutLinks):
            await hand_out(session, school, by=somebody)


async def test_an_account_in_no_course_gets_a_link_from_an_administrator_only(
    database: Database,
) -> None:
    async with database.write() as session:
        school = await a_school(session)
        school.student, boss = await a_user(session), await a_user(session)
        await administrators.appoint(session, None, boss, NOON)

        with pytest.raises(MayNotHandOutLinks):
            await hand_out(session, school)
        assert await hand_out(session, school, by=boss)


async def test_a_link_serves_its_own_purpose_only(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        to_sign_in, to_set = [
            await sign_in.create_link(
                session, user, lifetime=timedelta(days=1), purpose=purpose, now=NOON
            )
            for purpose in (LinkPurpose.SIGN_IN, LinkPurpose.PASSWORD)
        ]

        with pytest.raises(BadLink):
            await sign_in.use_link(session, to_set, NOON)
        with pytest.raises(BadLink):
            await passwords.set_by_link(session, to_sign_in, HASH, NOON)
