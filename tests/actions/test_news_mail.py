"""News by e-mail: one message with what has not been read, by a real mail server."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from server.access import Viewer
from server.actions import announcements, deletion, due_reminders, news, news_mail
from server.models import Course, News, NewsKind, NewsTopic, OutboxMessage, Role, User
from server.storage.database import Database
from tests.api.test_plans import faults_of
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
)
from tests.fixtures.statements import recorded

LATER = NOON + news.MAIL_AFTER
URL = "https://s.example"
CATALOGUE = Catalogue.read()


async def read_written(session: AsyncSession) -> dict[str, OutboxMessage]:
    """Return the messages by their addresses."""
    rows = await session.execute(select(User.email, OutboxMessage).join(OutboxMessage.user))
    found = rows.all()
    assert len({row[0] for row in found}) == len(found), "two messages to one person"
    return {row[0]: row[1] for row in found}


async def write_due(session: AsyncSession) -> int:
    return await news_mail.write_due(session, CATALOGUE, URL, LATER)


async def a_class(session: AsyncSession) -> tuple[Course, Viewer, Viewer]:
    course = await a_course(session, title="Asíncronos")
    return course, await an_instructor(session, course), await a_student(session, course)


async def publish(session: AsyncSession, course: Course, teacher: Viewer, title: str) -> None:
    await announcements.publish(session, teacher, course, title=title, body="**Ya**", now=NOON)


async def test_what_comes_within_ten_minutes_is_one_message(database: Database) -> None:
    async with database.write() as session:
        course, teacher, student = await a_class(session)
        await publish(session, course, teacher, "Uno")
        await publish(session, course, teacher, "Dos")
        await an_assignment(session, course, due_at=NOON + timedelta(hours=9))
        await due_reminders.remind(session, NOON)
        assert not await news_mail.is_any_due(session, LATER - timedelta(seconds=1))
        assert await news_mail.is_any_due(session, LATER)

        assert await write_due(session) == 1
        assert await write_due(session) == 0

        (message,) = (await read_written(session)).values()
        assert message.user_id == student.user.id
        assert message.subject == "3 novedades en Semáforo"
        assert "Aviso: Uno\n\n**Ya**\n" in message.text
        for words in (
            "Asíncronos",
            "Aviso: Uno",
            "Aviso: Dos",
            "«Varias tareas a la vez» vence el domingo",
        ):
            assert words in message.text
        assert f"{URL}/exercises/gather?course={course.slug}" in message.text
        assert f"{URL}/account#news" in message.text


async def test_one_piece_of_news_is_the_subject_in_the_readers_language(
    database: Database,
) -> None:
    async with database.write() as session:
        course, teacher, _ = await a_class(session)
        english = await a_student(session, course, language="en")
        await publish(session, course, teacher, "Exam")

        assert await write_due(session) == 2

        assert (await read_written(session))[english.user.email].subject == "Announcement: Exam"


async def test_nothing_is_sent_that_was_read_or_is_not_wanted_or_to_an_unproven_address(
    database: Database,
) -> None:
    async with database.write() as session:
        course, teacher, reader = await a_class(session)
        gone = await a_student(session, course)
        await deletion.delete_person(session, None, gone.user, removes_files=False, now=NOON)
        await news.tell(
            session, gone.user.id, NewsKind.ANNOUNCEMENT, {"course": "c", "title": "t"}, NOON
        )
        unwilling, unproven = await a_student(session, course), await a_student(session, course)
        await publish(session, course, teacher, "Uno")
        await news.mark_read(session, reader, NOON)
        await news_mail.choose(session, unwilling, {NewsTopic.DUE})
        unproven.user.is_email_proven = False
        await session.flush()

        assert await write_due(session) == 0
        assert not await news_mail.is_any_due(session, LATER + timedelta(days=9))


async def test_a_reminder_is_not_sent_to_who_has_handed_in_since(database: Database) -> None:
    async with database.write() as session:
        course, _, student = await a_class(session)
        other = await a_student(session, course)
        assignment = await an_assignment(session, course, due_at=NOON + timedelta(hours=9))
        await an_assignment(session, course, "timeout", due_at=NOON + timedelta(hours=9))
        await due_reminders.remind(session, NOON)
        await a_submission(session, assignment, student)

        assert await write_due(session) == 2

        messages = await read_written(session)
        assert "gather" not in messages[student.user.email].text
        assert "timeout" in messages[student.user.email].text
        assert "gather" in messages[other.user.email].text


async def test_a_choice_leaves_the_other_topics(database: Database) -> None:
    async with database.write() as session:
        course, teacher, student = await a_class(session)
        await publish(session, course, teacher, "Uno")
        await news.tell(session, student.user.id, NewsKind.SECOND_LOOK_ANSWERED,
                        {"submission": "x", "exercise": "gather"}, NOON)  # fmt: skip
        await news_mail.choose(session, student, set(NewsTopic) - {NewsTopic.ANNOUNCEMENTS})

        assert await write_due(session) == 1

        (message,) = (await read_written(session)).values()
        assert "Uno" not in message.text
        assert message.subject.startswith("Han respondido")


async def test_what_somebody_chose_as_a_student_says_nothing_of_news_for_staff(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        course, _, student = await a_class(session)
        await news_mail.choose(session, student, {NewsTopic.DUE})
        assert student.user.no_mail_about == ["work", "announcements"]

        grader = Viewer(student.user, {course.id: Role.GRADER})
        await news_mail.choose(session, grader, {NewsTopic.WORK})
        await news_mail.choose(session, student, set(NewsTopic))
        assert student.user.no_mail_about == ["grading"]


async def test_sending_news_reads_only_what_waits(filled: Database) -> None:
    async with filled.write() as session:
        course, teacher, _ = await a_class(session)
        for title in "abc":
            await publish(session, course, teacher, title)
        await session.execute(
            update(News).where(News.values["title"].as_string() == "a").values(mail_at=None)
        )
        await session.commit()
    with recorded(filled) as statements:
        async with filled.write() as session:
            assert await news_mail.is_any_due(session, LATER)
            assert await write_due(session) == 1
            await session.commit()

    assert len(statements) >= 4
    asked = {one.text: one for one in statements}
    assert await faults_of(filled, asked, more={"mail_at"}) == {}
