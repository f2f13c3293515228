"""Joining a course with its code."""

import pytest
from sqlalchemy import select

from server import errors
from server.actions import courses, joining
from server.errors.roster import InvalidDomain, NobodyJoins, OtherDomain, UnknownJoinCode
from server.models import AuditEntry, Enrollment, JoinPolicy, Role
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course, a_user, an_instructor, viewer_of


async def test_the_code_of_an_open_course_makes_a_student(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        await joining.set_policy(session, teacher, course, policy=JoinPolicy.OPEN, now=NOON)
        ana = await viewer_of(session, await a_user(session))
        code = course.join_code or ""

        await joining.join(session, ana, f" {code[:5].upper()}-{code[5:]} ", NOON)

        person = await session.get_one(Enrollment, (course.id, ana.user.id))
        assert (person.role, person.joined_at) == (Role.STUDENT, NOON)
        actions = await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        assert list(actions) == ["course.create", "course.join", "roster.join"]


async def test_a_member_of_the_course_keeps_the_role(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        await joining.set_policy(session, teacher, course, policy=JoinPolicy.OPEN, now=NOON)

        await joining.join(session, teacher, course.join_code or "", NOON)

        person = await session.get_one(Enrollment, (course.id, teacher.user.id))
        assert person.role is Role.INSTRUCTOR


async def test_a_closed_or_archived_course_lets_nobody_in(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        ana = await viewer_of(session, await a_user(session))
        code = await joining.rotate_code(session, None, course, NOON)
        with pytest.raises(NobodyJoins):
            await joining.join(session, ana, code, NOON)

        await joining.set_policy(session, None, course, policy=JoinPolicy.OPEN, now=NOON)
        await courses.archive(session, None, course, NOON)
        with pytest.raises(NobodyJoins):
            await joining.join(session, ana, code, NOON)


async def test_a_new_code_makes_the_old_one_stop(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        await joining.set_policy(session, None, course, policy=JoinPolicy.OPEN, now=NOON)
        old = course.join_code or ""
        new = await joining.rotate_code(session, None, course, NOON)

        with pytest.raises(UnknownJoinCode):
            await joining.get_course_by_code(session, old)
        assert (await joining.get_course_by_code(session, new)).id == course.id


@pytest.mark.parametrize(
    ("email", "may"),
    [
        ("ana@uni.example.org", True),
        ("ana@UNI.example.org", True),
        ("ana@alumnos.uni.example.org", True),
        ("ana@example.org", False),
        ("ana@notuni.example.org", False),
        ("ana@uni.example.org.evil.example", False),
    ],
)
async def test_only_addresses_of_the_domains_join(
    sqlite_database: Database, email: str, may: bool
) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        await joining.set_policy(
            session,
            None,
            course,
            policy=JoinPolicy.DOMAINS,
            domains="@uni.example.org",
            now=NOON,
        )
        ana = await viewer_of(session, await a_user(session, email=email))

        if may:
            await joining.join(session, ana, course.join_code or "", NOON)
        else:
            with pytest.raises(OtherDomain):
                await joining.join(session, ana, course.join_code or "", NOON)


@pytest.mark.parametrize(
    "domains", ["", "@", "uni", "a b", "uni.example.org evil", "x" * 300 + ".es"]
)
async def test_what_is_no_domain_is_refused(sqlite_database: Database, domains: str) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        with pytest.raises(InvalidDomain):
            await joining.set_policy(
                session, None, course, policy=JoinPolicy.DOMAINS, domains=domains, now=NOON
            )


async def test_a_stranger_makes_an_account_with_the_code(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session, language="en")
        await joining.set_policy(session, None, course, policy=JoinPolicy.OPEN, now=NOON)
        given = {"name": "Inés", "family_name": "Vega", "password_hash": "hash", "now": NOON}
        code = course.join_code or ""

        user = await joining.join_as_new(session, code, email="i@example.org", **given)  # type: ignore[arg-type]
        assert not user.is_email_proven, "nobody has shown that the address is theirs"

        assert (user.listed_name, user.language, user.password_hash) == ("Vega, Inés", "en", "hash")
        assert await session.get(Enrollment, (course.id, user.id)) is not None
        with pytest.raises(errors.EmailTaken):
            await joining.join_as_new(session, code, email="I@example.org", **given)  # type: ignore[arg-type]


async def test_only_those_who_manage_the_course_change_who_joins(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        stranger = await an_instructor(session, await a_course(session))

        with pytest.raises(errors.InstructorsOnly):
            await joining.rotate_code(session, stranger, course, NOON)
