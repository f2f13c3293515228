"""Deleting a person: no row that stays says who they were."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from graders.text import Text
from server.actions import (
    enrolling,
    names,
    names_in_messages,
    news,
    news_mail,
    outbox,
    regrades,
    roster,
    sign_in,
)
from server.actions.regrades import Wanted
from server.models import (
    AuditEntry,
    Base,
    Comment,
    DueReminder,
    LeaderboardName,
    LinkPurpose,
    Login,
    News,
    OutboxMessage,
    SignInLink,
    StudentView,
    Token,
    User,
)
from server.storage.database import Database
from tests.api.test_plans import faults_of, pretend_there_is_much
from tests.fixtures.builders import (
    NOON,
    later,
)
from tests.fixtures.statements import recorded
from tests.fixtures.written_about import DISPLAY_NAME, EMAIL, NAME, a_class, delete


async def everything_stored(session: AsyncSession) -> str:
    """Return every value of every row, as text."""
    found = []
    for table in Base.metadata.tables.values():
        for row in await session.execute(select(table)):
            found += [f"{table.name}: {value}" for value in row]
    return "\n".join(found).lower()


async def test_nothing_stored_says_who_a_deleted_person_was(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        before = await everything_stored(session)
        await delete(session, given, removes_files=True)
        await session.commit()
    async with database.read() as session:
        stored = await everything_stored(session)

    for word in (EMAIL, "inés", "vega", DISPLAY_NAME):
        assert word in before
        assert [line for line in stored.splitlines() if word in line] == []


# Tables whose rows about a person go, by the column that says whose they are.
GOES = {
    Login.user_id,
    Token.user_id,
    News.user_id,
    DueReminder.user_id,
    OutboxMessage.user_id,
    LeaderboardName.user_id,
    StudentView.user_id,
    SignInLink.user_id,
    SignInLink.made_by_id,
}


async def test_rows_that_are_only_about_the_person_go(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        user, teacher, course = given.student.user, given.teacher.user, given.course
        user.password_hash = "$argon2id$"  # noqa: S105 - no password
        user.calendar_hash = "0123"
        session.add(DueReminder(**given.ids, due_at=NOON))
        session.add(LeaderboardName(course_id=course.id, user_id=user.id))
        same = Text.same("Aviso")
        await outbox.write(session, user, same, same, NOON)
        await sign_in.create_link(
            session, teacher, lifetime=timedelta(days=1), made_by=user, now=NOON
        )
        await sign_in.open_login(session, teacher, NOON)
        theirs = await session.scalar(select(Login.secret_hash).where(Login.user_id == teacher.id))
        session.add(
            StudentView(login_hash=theirs, user_id=user.id, course_id=course.id, ends_at=NOON)
        )
        await session.flush()
        before = {str(column) for column in GOES if await _is_there(session, column, user)}
        await delete(session, given)
        await session.commit()
    async with database.read() as session:
        left = {str(column) for column in GOES if await _is_there(session, column, user)}
        emptied = await session.get_one(User, user.id)

    assert before == {str(column) for column in GOES}
    assert left == set()
    assert (emptied.password_hash, emptied.calendar_hash) == (None, None)


async def _is_there(session: AsyncSession, column: Any, user: User) -> bool:
    return bool(await session.scalar(select(func.count()).where(column == user.id)))


async def test_no_earlier_name_stays_in_messages_to_others(
    database: Database,
) -> None:
    async with database.write() as session:
        given = await a_class(session)
        await news_mail.write_due(
            session, Catalogue.read(), "https://s.example", NOON + news.MAIL_AFTER
        )
        person = await roster.get_person(
            session, given.teacher, given.course, given.student.user.id
        )
        corrected = {"name": "Agnes Mora"}
        await enrolling.change_person(
            session, given.teacher, given.course, person, corrected, later(60)
        )
        assert f"{NAME} ha respondido".lower() in await everything_stored(session)
        await delete(session, given)
        await session.commit()
    async with database.read() as session:
        stored = await everything_stored(session)
        (waiting,) = await session.scalars(select(OutboxMessage))

    for word in ("inés", "vega", "agnes"):
        assert [line for line in stored.splitlines() if word in line] == []
    assert waiting.user_id == given.teacher.user.id
    assert waiting.subject.startswith("Persona borrada ha respondido")
    assert "\nPersona borrada ha respondido" in waiting.text


async def test_only_whole_names_are_replaced_in_messages_to_others(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        given = await a_class(session)
        await names.rename(session, given.student.user, "Ada B", None)
        for text in ("Ada B y Ada Byron", "Ada Byron"):
            await outbox.write(session, given.teacher.user, Text.same(text), Text.same(text), NOON)
        await delete(session, given)
        subjects = await session.scalars(select(OutboxMessage.subject))

        assert sorted(subjects) == ["Ada Byron", "Persona borrada y Ada Byron"]


async def test_a_name_takes_no_link_out_of_a_message(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        given = await a_class(session)
        await names.rename(session, given.student.user, "link", None)
        text, purpose = Text.same("{link}"), LinkPurpose.PASSWORD
        await outbox.write(session, given.teacher.user, text, text, NOON, purpose=purpose)
        await delete(session, given)

        assert list(await session.scalars(select(OutboxMessage.text))) == ["{link}"]


async def test_names_are_looked_up_in_news_and_mail_by_indexes(filled: Database) -> None:
    async with filled.write() as session:
        published = select(Comment.author_id).where(Comment.published_at.is_not(None))
        author = await session.scalar(published.limit(1))
        assert author is not None
        with recorded(filled) as statements:
            await names_in_messages.remove(session, author, NAME)
        await session.rollback()

    asked = {one.text: one for one in statements}
    assert len(asked) >= 3
    assert await faults_of(filled, asked) == {}
    if filled.is_sqlite:
        async with filled.migrating() as connection:
            await pretend_there_is_much(connection)
        assert await faults_of(filled, asked) == {}


async def test_the_reason_of_a_regrade_of_one_submission_goes(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        wanted = Wanted(submission_id=given.submission.id)
        reason = f"{DISPLAY_NAME} lo pidió"
        regrade = await regrades.start(session, given.teacher, given.course, wanted, reason, NOON)
        assert reason in await everything_stored(session)
        await delete(session, given)
        await session.commit()
    async with database.read() as session:
        assert DISPLAY_NAME not in _of_staff(await everything_stored(session))
        entry = await session.scalar(select(AuditEntry).where(AuditEntry.action == "regrade.start"))
    assert entry is not None
    assert entry.after == {"regrade": str(regrade.id), "scope": "submission"}


def _of_staff(stored: str) -> str:
    """Leave out what the person's program is and printed, which was to be kept."""
    own = ("submission_files: ", "checks: ")
    return "\n".join(line for line in stored.splitlines() if not line.startswith(own))
