"""Deleting a person: what was counted stays, and nobody comes in."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from graders.text import Text
from server import errors
from server.access import Viewer
from server.actions import (
    accounts,
    administrators,
    comments,
    courses,
    deletion,
    enrolling,
    gradebook,
    invitations,
    leaderboard,
    links,
    outbox,
    people,
    provider_accounts,
    roster,
    sign_in,
    tokens,
)
from server.actions.names import IN_ORDER
from server.errors.retention import AccountDeleted
from server.models import (
    AuditEntry,
    Check,
    Comment,
    Course,
    Enrollment,
    GradeOverride,
    LinkPurpose,
    News,
    OutboxMessage,
    Role,
    Submission,
    User,
)
from server.models.names import DELETED
from server.openid.identity import Identity
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    a_user,
    an_instructor,
    later,
    viewer_of,
)
from tests.fixtures.written_about import EMAIL, NAME, Class, a_class, delete


async def test_what_was_counted_stays(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        key = (given.assignment.id, given.student.user.id)
        await session.delete(await session.get_one(GradeOverride, key))
        before = await _figures(session, given)
        await delete(session, given, removes_files=True)
        await session.commit()
    async with database.read() as session:
        after = await _figures(session, given)

    assert after == before
    assert after["points"] == [1.0]


async def _figures(session: AsyncSession, given: Class) -> dict[str, Any]:
    students = await _students(session, given.course)
    found = await gradebook.grades_of(session, given.course, students, later(99))
    ranked = await leaderboard.rank(session, given.teacher, given.course)
    checks = await session.execute(select(Check.name, Check.verdict, Check.points))
    return {
        "grades": [one.total.grade for one in found],
        "points": [row.points for row in ranked],
        "checks": [tuple(row) for row in checks],
        "attempts": await session.scalar(select(func.count(Submission.id))),
        "answers": await session.scalar(select(func.count(Comment.id))),
    }


async def _students(session: AsyncSession, course: Course) -> list[User]:
    listed = roster.people_of(course, roster.Filter(role=Role.STUDENT)).order_by(*IN_ORDER)
    people = await session.scalars(listed.options(joinedload(Enrollment.user)))
    return [person.user for person in people]


async def test_lists_and_news_call_them_a_deleted_person_at_their_end(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        await a_student(session, given.course, name="Zoe Zúñiga")
        await delete(session, given)
        await session.commit()
    async with database.read() as session:
        found = await _students(session, given.course)
        (news,) = await session.scalars(select(News).where(News.user_id == given.teacher.user.id))

    assert [one.listed_name for one in found] == ["Zoe Zúñiga", DELETED]
    assert news.values["author"] == DELETED


async def test_nobody_comes_in_any_more(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        user = given.student.user
        login = await sign_in.open_login(session, user, NOON)
        link = await sign_in.create_link(session, user, lifetime=timedelta(days=9), now=NOON)
        _, token = await tokens.issue(session, user, "CI", NOON)
        await delete(session, given)
        # As a request does that had read the account before.
        late = await sign_in.open_login(session, user, NOON)
        _, late_token = await tokens.issue(session, user, "CI", NOON)

        for secret in (login, late):
            assert await sign_in.find_viewer(session, secret, NOON) is None
        for secret in (token, late_token):
            with pytest.raises(errors.BadToken):
                await tokens.authenticate(session, secret, NOON)
        with pytest.raises(errors.BadLink):
            await sign_in.use_link(session, link, NOON)
        with pytest.raises(AccountDeleted):
            await links.hand_out(session, given.teacher, user, LinkPurpose.SIGN_IN, NOON)
        assert not await invitations.can_be_invited(session, given.course, user)
        assert await accounts.find_user(session, EMAIL) is None
        assert await accounts.find_user(session, user.email) is None


async def test_a_link_that_was_being_made_opens_nothing(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        user = await a_user(session)
        link = await sign_in.create_link(session, user, lifetime=timedelta(days=9), now=NOON)
        await session.execute(update(User).where(User.id == user.id).values(deleted_at=NOON))
        await session.commit()
    async with sqlite_database.write() as session:
        for ask in (sign_in.require_link, sign_in.use_link):
            with pytest.raises(errors.BadLink):
                await ask(session, link, NOON)


async def test_a_message_to_a_deleted_person_keeps_no_other_back(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        await delete(session, given)
        # As a worker does that had found the account before.
        for user, purpose in (
            (given.student.user, LinkPurpose.PASSWORD),
            (given.teacher.user, None),
        ):
            text = Text.same("{link}")
            await outbox.write(session, user, text, text, NOON, purpose=purpose)

        due = await outbox.claim(session, "https://s.example", later(60))

        assert due is not None
        assert due.address == given.teacher.user.email
        assert await outbox.claim(session, "https://s.example", later(60)) is None
        (left,) = await session.scalars(select(OutboxMessage.user_id))
        assert left == given.teacher.user.id


async def test_a_deleted_person_who_comes_back_is_a_new_one(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        given = await a_class(session)
        await delete(session, given)
        back = await provider_accounts.admit(
            session,
            Identity(EMAIL, NAME, None, frozenset()),
            makes_accounts=True,
            language="es",
            now=later(120),
        )
        person, _ = await enrolling.add_person(
            session, given.teacher, given.course, email=EMAIL, now=later(120)
        )

    assert back.id != given.student.user.id
    assert person.user_id == back.id


async def test_nobody_takes_the_address_or_the_name_of_a_deleted_person(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        given = await a_class(session)
        await delete(session, given)
        with pytest.raises(errors.InvalidEmail):
            await accounts.create_user(
                session, email=given.student.user.email, name="Otra", now=NOON
            )
        person = await roster.get_person(
            session, given.teacher, given.course, given.student.user.id
        )
        await enrolling.change_person(
            session, given.teacher, given.course, person, {"name": "Otra"}, NOON
        )

        assert person.user.name == DELETED


async def test_staff_leave_their_courses_and_what_they_wrote_stays(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        given = await a_class(session)
        helper = await a_user(session, name="Grace Hopper")
        await courses.enroll(session, given.course, helper, Role.GRADER)
        viewer = await viewer_of(session, helper)
        for text, is_draft in (("Bien.", False), ("Quizá.", True)):
            await comments.write(
                session, viewer, given.submission.id, text, is_draft=is_draft, now=NOON
            )
        extent = await deletion.delete_person(
            session, None, helper, removes_files=False, now=later(60)
        )
        await session.commit()
    async with sqlite_database.read() as session:
        mine = select(Comment.text).where(Comment.author_id == helper.id)
        left = await session.scalar(select(Enrollment).where(Enrollment.user_id == helper.id))
        written = list(await session.scalars(mine))
        news = await session.scalars(select(News).where(News.user_id == given.student.user.id))

    assert extent.staff_of == [given.course.slug]
    assert extent.without_instructor == []
    assert (extent.comments, extent.drafts) == (1, 1)
    assert written == ["Bien."]
    assert left is None
    assert {one.values["author"] for one in news if "author" in one.values} == {
        "Ada Byron",
        DELETED,
    }


async def test_a_course_that_loses_its_only_instructor_is_named(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)

        alone = await deletion.measure(session, None, teacher.user)
        await an_instructor(session, course)
        beside = await deletion.measure(session, None, teacher.user)

    assert alone.without_instructor == [course.slug]
    assert beside.without_instructor == []


async def test_the_last_administrator_stays(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        boss = await a_user(session)
        await administrators.appoint(session, None, boss, NOON)
        with pytest.raises(errors.LastAdministrator):
            await deletion.delete_person(session, None, boss, removes_files=False, now=NOON)

        other = await a_user(session)
        await administrators.appoint(session, None, other, NOON)
        await deletion.delete_person(session, None, boss, removes_files=False, now=NOON)
        assert not boss.is_administrator


async def test_somebody_who_was_appointed_meanwhile_administers_nothing(
    database: Database,
) -> None:
    async with database.write() as session:
        await administrators.appoint(session, None, await a_user(session), NOON)
        made = await a_user(session)
        await session.commit()
    async with database.read() as session:
        before = await session.get_one(User, made.id)
    async with database.write() as session:
        await administrators.appoint(session, None, await session.get_one(User, made.id), NOON)
        await session.commit()
    async with database.write() as session:
        await deletion.delete_person(session, None, before, removes_files=False, now=NOON)
        await session.commit()
    async with database.write() as session:
        left = await session.get_one(User, made.id)
        assert not left.is_administrator
        with pytest.raises(errors.UnknownAccount):
            await administrators.appoint(session, None, made, NOON)


async def test_only_administrators_delete_and_the_log_says_so(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        given = await a_class(session)
        user = given.student.user
        with pytest.raises(errors.AdministratorsOnly):
            await deletion.measure(session, given.teacher, user)
        boss = await a_user(session)
        await administrators.appoint(session, None, boss, NOON)
        viewer = Viewer(boss, {})
        await deletion.delete_person(session, viewer, user, removes_files=False, now=later(60))

        entry = await session.scalar(select(AuditEntry).where(AuditEntry.action == "people.delete"))
        assert entry is not None
        assert (entry.actor_id, entry.person_id) == (boss.id, user.id)
        assert entry.after is not None
        assert entry.after["submissions"] == 1
        with pytest.raises(errors.UnknownAccount):
            await people.get(session, viewer, user.id)
        found, _ = await people.find(session, viewer)
        assert user.id not in {one.id for one in found}
        with pytest.raises(errors.UnknownAccount):
            await deletion.delete_person(session, viewer, user, removes_files=False, now=NOON)
