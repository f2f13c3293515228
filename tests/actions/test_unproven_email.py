"""Whoever typed somebody else's address with a join code gets no rights over others' work."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.actions import administrators, enrolling, joining, passwords, roster, sign_in, tokens
from server.errors.roster import UnprovenEmail
from server.models import Course, Enrollment, JoinPolicy, LinkPurpose, Role, Token, User
from server.storage.database import AsyncSession, Database
from tests.fixtures.builders import NOON, a_course, an_instructor

ADDRESS = "ines@example.org"


async def _join_as_new(session: AsyncSession) -> User:
    course = await a_course(session)
    await joining.set_policy(session, None, course, policy=JoinPolicy.OPEN, now=NOON)
    return await joining.join_as_new(
        session,
        course.join_code or "",
        email=ADDRESS,
        name="Inés",
        family_name=None,
        password_hash="of whoever came first",  # noqa: S106
        now=NOON,
    )


async def _add(session: AsyncSession, course: Course, role: Role) -> Enrollment:
    teacher = await an_instructor(session, course)
    person, _ = await enrolling.add_person(
        session, teacher, course, email=ADDRESS, role=role, now=NOON
    )
    return person


@pytest.mark.parametrize("role", [Role.GRADER, Role.INSTRUCTOR])
async def test_an_account_of_a_join_code_becomes_staff_only_of_its_owner(
    database: Database, role: Role
) -> None:
    async with database.write() as session:
        user = await _join_as_new(session)
        one, another = await a_course(session), await a_course(session)
        await tokens.issue(session, user, "of whoever came first", NOON)

        with pytest.raises(UnprovenEmail):
            await _add(session, one, role)
        await _add(session, one, Role.STUDENT)
        teacher = await an_instructor(session, one)
        person = await roster.get_person(session, teacher, one, user.id)
        with pytest.raises(UnprovenEmail):
            await enrolling.change_person(session, teacher, one, person, {"role": role}, NOON)
        with pytest.raises(UnprovenEmail):
            await administrators.appoint(session, None, user, NOON)

        secret = await sign_in.create_link(
            *(session, user),
            lifetime=timedelta(days=1),
            purpose=LinkPurpose.PASSWORD,
            now=NOON,
        )
        await passwords.set_by_link(session, secret, "of the owner", NOON)
        await enrolling.change_person(session, teacher, one, person, {"role": role}, NOON)
        await _add(session, another, role)
        await administrators.appoint(session, None, user, NOON)

        assert person.role is role
        revoked = await session.scalars(select(Token.revoked_at).where(Token.user_id == user.id))
        assert list(revoked) == [NOON]


async def test_a_number_or_group_is_changed_whoever_the_account_is_of(database: Database) -> None:
    async with database.write() as session:
        user = await _join_as_new(session)
        course = await a_course(session)
        await _add(session, course, Role.STUDENT)
        teacher = await an_instructor(session, course)
        person = await roster.get_person(session, teacher, course, user.id)

        values = {"role": Role.STUDENT, "group": "A"}
        await enrolling.change_person(session, teacher, course, person, values, NOON)

        assert person.group == "A"
