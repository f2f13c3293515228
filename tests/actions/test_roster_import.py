"""Adding a whole list of people: what would change, and the change."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.actions import courses, roster_import, roster_plan
from server.actions.roster_file import read_roster
from server.actions.roster_plan import Outcome, Plan
from server.errors.roster import RosterChanged
from server.models import AuditEntry, Course, Enrollment, Role, SignInLink, User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course, a_user, an_instructor

HEAD = "nombre;apellidos;correo;id;grupo\n"


async def test_every_line_says_what_it_would_do_and_nothing_is_done(database: Database) -> None:
    async with database.write() as session:
        course = await a_class(session)
        text = HEAD + (
            "Eva;Ruiz;eva@example.org;1;A\n"  # as it is
            "Bea;Gil;bea@example.org;2;B\n"  # another group
            "Otra;Persona;known@example.org;;\n"  # has an account
            "Inés;Vega Mora;INES@example.org;3;\n"  # new
            "Inés;Vega Mora;ines@example.org;3;\n"  # repeated
            "Inés;Vega;ines@example.org;3;\n"  # contradicts
            "Mal;Escrito;mal.example.org;;\n"  # no address
            ";;nobody@example.org;;\n"  # no name
        )
        before = await session.scalar(select(func.count()).select_from(User))

        plan = await roster_plan.plan(session, None, course, read_roster(text).rows)

        assert [line.outcome.value for line in plan.lines] == [
            *("same", "changed", "joins", "new", "repeated", "error", "error", "error"),
        ]
        assert plan.lines[1].changes == {"group": ("A", "B")}
        assert plan.lines[2].listed_name == "Zed, Known"  # their own name, not the list's
        assert [(line.row.line, line.column) for line in plan.of(Outcome.ERROR)] == [
            *((7, "email"), (8, "email"), (9, "name")),
        ]
        assert [user.name for user in plan.absent] == ["Zoe"]
        assert await session.scalar(select(func.count()).select_from(User)) == before


async def test_a_list_adds_and_corrects_and_removes_nobody(database: Database) -> None:
    async with database.write() as session:
        course = await a_class(session)
        teacher = await an_instructor(session, course)
        text = HEAD + (
            "Bea;Gil;bea@example.org;2;B\n"
            "x;y;known@example.org;;C\n"
            "Inés;Vega Mora;i@example.org;;\n"
        )

        plan, invited = await roster_import.apply(
            session, teacher, course, read_roster(text).rows, now=NOON
        )

        assert len(plan.lines) == 3
        people = {person.user_id: person for person in await session.scalars(of(course))}
        found = await session.scalars(select(User).where(User.id.in_(people)))
        groups = {user.email: people[user.id].group for user in found}
        assert groups == {
            "eva@example.org": "A",
            "bea@example.org": "B",
            "zoe@example.org": None,
            "known@example.org": "C",
            "i@example.org": None,
            teacher.user.email: None,
        }
        (invitation,) = invited
        assert (invitation.user.listed_name, invitation.user.password_hash) == (
            "Vega Mora, Inés",
            None,
        )
        assert await session.scalar(select(func.count()).select_from(SignInLink)) == 1
        actions = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.actor_id == teacher.user.id)
        )
        assert sorted(actions) == ["roster.change", "roster.enroll", "roster.enroll"]


async def test_the_same_list_twice_changes_nothing(database: Database) -> None:
    async with database.write() as session:
        course = await a_class(session)
        rows = read_roster(
            HEAD + "Inés;Vega Mora;i@example.org;3;A\nBea;Gil;bea@example.org;2;B\n"
        ).rows
        await roster_import.apply(session, None, course, rows, now=NOON)

        again, invited = await roster_import.apply(session, None, course, rows, now=NOON)

        assert {line.outcome for line in again.lines} == {Outcome.SAME}
        assert invited == []


async def test_what_was_looked_at_is_what_is_done(database: Database) -> None:
    async with database.write() as session:
        course = await a_class(session)
        rows = read_roster(HEAD + "Inés;Vega Mora;i@example.org;3;A\n").rows
        seen = await roster_plan.plan(session, None, course, rows)
        await courses.enroll(
            session, course, await a_user(session, email="i@example.org"), "student"
        )

        with pytest.raises(RosterChanged):
            await roster_import.apply(session, None, course, rows, digest=seen.digest, now=NOON)


async def test_a_list_renames_only_accounts_that_no_other_course_has(database: Database) -> None:
    async with database.write() as session:
        course = await a_class(session)
        other = await a_course(session)
        zoe = await session.scalar(select(User).where(User.email == "zoe@example.org"))
        assert zoe is not None
        rows = read_roster(HEAD + "Zoé;Sanz;zoe@example.org;;\n").rows
        changes = await renamed(session, course, rows)
        assert changes == {"name": ("Zoe", "Sanz, Zoé")}

        await courses.enroll(session, other, zoe, Role.STUDENT)
        assert await renamed(session, course, rows) == {}


async def test_only_those_who_manage_the_course_see_and_use_a_list(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        course = await a_class(session)
        stranger = await an_instructor(session, await a_course(session))

        with pytest.raises(errors.InstructorsOnly):
            await roster_import.apply(session, stranger, course, [], now=NOON)


async def test_thousands_of_people_are_added_at_once(database: Database) -> None:
    lines = "".join(f"Nombre{n};Apellido{n};p{n}@example.org;{n};G{n % 9}\n" for n in range(3000))
    async with database.write() as session:
        course = await a_course(session)

        plan, invited = await roster_import.apply(
            session, None, course, read_roster(HEAD + lines).rows, now=NOON
        )

        assert isinstance(plan, Plan)
        assert len(invited) == 3000
        count = select(func.count()).where(Enrollment.course_id == course.id)
        assert await session.scalar(count) == 3000


async def a_class(session: AsyncSession) -> Course:
    """Make a course with Eva Ruiz (1, A), Bea Gil (A) and Zoe; somebody else has an account."""
    course = await a_course(session)
    people = (("Eva", "Ruiz", "1", "A"), ("Bea", "Gil", "2", "A"), ("Zoe", None, None, None))
    for name, family, number, group in people:
        email = f"{name.lower()}@example.org"
        user = await a_user(session, email=email, name=name, family_name=family)
        session.add(
            Enrollment(
                course_id=course.id,
                user_id=user.id,
                role=Role.STUDENT,
                group=group,
                student_number=number,
            )
        )
    await a_user(session, email="known@example.org", name="Known", family_name="Zed")
    await session.flush()
    return course


async def renamed(session: AsyncSession, course: Course, rows):
    plan = await roster_plan.plan(session, None, course, rows)
    return plan.lines[0].changes


def of(course: Course):
    return select(Enrollment).where(Enrollment.course_id == course.id)
