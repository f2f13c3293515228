"""Whoever has handed nothing in is told a day before it is due: once for each due moment."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from server.access import Viewer
from server.actions import deletion, due_reminders, extensions
from server.models import Assignment, Course, Extension, News, NewsKind
from server.news_text import describe_news
from server.storage.database import Database
from tests.api.test_plans import faults_of, pretend_there_is_much
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
)
from tests.fixtures.statements import recorded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def read_reminded(session: AsyncSession) -> list[tuple[UUID, str]]:
    """Return whose news tells of which due moment, in order."""
    found = await session.scalars(select(News).where(News.kind == NewsKind.DUE_SOON))
    return sorted((one.user_id, one.values["due_at"]) for one in found)


async def extend(
    session: AsyncSession, assignment: Assignment, student: Viewer, due_at: datetime
) -> None:
    await extensions.grant(
        session, None, assignment, [student.user.id],
        due_at=due_at, extra_attempts=0, reason="Gripe", now=NOON,
    )  # fmt: skip


async def test_a_student_without_a_submission_is_reminded_once_within_the_last_day(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        ana, ben = await a_student(session, course), await a_student(session, course)
        await an_instructor(session, course)
        assignment = await an_assignment(session, course, due_at=NOON + DAY)
        other = await an_assignment(session, course, "timeout", due_at=NOON + 3 * DAY)
        await a_submission(session, assignment, ben)
        await a_submission(session, other, ana)

        assert await due_reminders.remind(session, NOON - timedelta(seconds=1)) == 0
        assert await due_reminders.is_any_due(session, NOON)
        assert await due_reminders.remind(session, NOON) == 1
        assert not await due_reminders.is_any_due(session, NOON + HOUR)
        assert await due_reminders.remind(session, NOON + HOUR) == 0

        assert await read_reminded(session) == [(ana.user.id, (NOON + DAY).isoformat())]


async def test_nobody_is_reminded_after_the_due_moment(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        await a_student(session, course)
        await an_assignment(session, course, due_at=NOON)

        assert await due_reminders.remind(session, NOON) == 0


async def test_the_due_moment_is_that_of_the_students_latest_extension(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        ana, ben = await a_student(session, course), await a_student(session, course)
        assignment = await an_assignment(session, course, due_at=NOON + HOUR)
        for days in (3, 5, 5):
            await extend(session, assignment, ana, NOON + days * DAY)

        assert await due_reminders.remind(session, NOON) == 1
        assert await due_reminders.remind(session, NOON + 2.5 * DAY) == 0
        assert await due_reminders.remind(session, NOON + 4.5 * DAY) == 1

        first, last = (NOON + HOUR).isoformat(), (NOON + 5 * DAY).isoformat()
        assert await read_reminded(session) == sorted([(ben.user.id, first), (ana.user.id, last)])


async def test_a_moved_date_and_a_new_extension_are_new_due_moments(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        ana = await a_student(session, course)
        assignment = await an_assignment(session, course, due_at=NOON + HOUR)
        assert await due_reminders.remind(session, NOON) == 1

        assignment.due_at = NOON + 2 * HOUR
        await session.flush()
        assert await due_reminders.remind(session, NOON) == 1
        await extend(session, assignment, ana, NOON + 3 * HOUR)
        assert await due_reminders.remind(session, NOON) == 1
        # An extension that the class's date has overtaken holds no longer.
        assignment.due_at = NOON + 4 * HOUR
        await session.flush()
        assert await due_reminders.remind(session, NOON) == 1
        # So does one of which she was not told before.
        await extend(session, assignment, ana, NOON + 5 * HOUR)
        assignment.due_at = NOON + 6 * HOUR
        await session.flush()
        assert await due_reminders.remind(session, NOON) == 1
        # Back to moments of which she was told, and was not.
        assignment.due_at = NOON + 4 * HOUR
        await session.flush()
        assert await due_reminders.remind(session, NOON) == 1
        await session.execute(delete(Extension))
        assignment.due_at = NOON + 2 * HOUR
        await session.flush()
        assert await due_reminders.remind(session, NOON) == 0

        moments = [due for _, due in await read_reminded(session)]
        assert moments == [(NOON + hours * HOUR).isoformat() for hours in (1, 2, 3, 4, 5, 6)]


async def test_a_person_who_was_deleted_is_not_reminded(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        ana = await a_student(session, course)
        await an_assignment(session, course, due_at=NOON + HOUR)
        await deletion.delete_person(session, None, ana.user, removes_files=False, now=NOON)

        assert await due_reminders.remind(session, NOON) == 0


async def test_archived_courses_and_exercises_that_are_not_open_yet_are_left_out(
    database: Database,
) -> None:
    async with database.write() as session:
        archived, course = await a_course(session), await a_course(session)
        archived.archived_at = NOON
        for one in (archived, course):
            await a_student(session, one)
        await an_assignment(session, archived, due_at=NOON + HOUR)
        assignment = await an_assignment(session, course, due_at=NOON + 3 * HOUR)
        assignment.opens_at = NOON + HOUR
        await session.flush()

        assert await due_reminders.remind(session, NOON) == 0
        assert await due_reminders.remind(session, NOON + HOUR) == 1


async def test_reminders_are_exactly_one_when_processes_die_and_race(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    async with databases[0].write() as session:
        course = await a_course(session)
        for _ in range(8):
            await a_student(session, course)
        await an_assignment(session, course, due_at=NOON + HOUR)
        await session.commit()
    async with databases[1].write() as session:
        assert await due_reminders.remind(session, NOON) == 8
        # The process dies here.

    async def remind(database: Database) -> int:
        async with database.write() as session:
            reminded = await due_reminders.remind(session, NOON)
            await session.commit()
        return reminded

    assert sum(await asyncio.gather(*map(remind, databases))) == 8
    async with databases[0].read() as session:
        assert len(set(await read_reminded(session))) == len(await read_reminded(session)) == 8
    for database in databases:
        await database.close()


async def test_a_reminder_says_the_moment_in_the_zone_of_the_course(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session, timezone="Atlantic/Canary")
        await a_student(session, course)
        due_at = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
        await an_assignment(session, course, due_at=due_at)
        await due_reminders.remind(session, NOON)
        found: Sequence[News] = (await session.scalars(select(News))).all()

    (spanish,) = describe_news(found, Catalogue.read(), "es")
    (english,) = describe_news(found, Catalogue.read(), "en")
    assert spanish.text == (
        "«Varias tareas a la vez» vence el domingo 22 de noviembre de 2026 a las 23:59 "
        "(hora de Canarias), y todavía no has entregado nada."
    )
    assert "is due on Sunday, 22 November 2026 at 23:59 (Canary time)" in english.text
    assert spanish.href == f"/exercises/gather?course={course.slug}"


async def test_reminding_reads_only_what_is_due(filled: Database) -> None:
    """By the plan of each statement, however much the server holds."""
    async with filled.write() as session:
        await session.execute(update(Assignment).values(due_at=NOON + 9 * DAY))
        course = await session.scalar(select(Course).limit(1))
        assert course is not None
        await a_student(session, course)
        one = await session.scalar(select(Assignment).where(Assignment.course_id == course.id))
        assert one is not None
        one.due_at = NOON + HOUR
        await session.commit()
    with recorded(filled) as statements:
        async with filled.write() as session:
            assert await due_reminders.is_any_due(session, NOON)
            assert await due_reminders.remind(session, NOON) == 1
            await session.commit()
    asked = {one.text: one for one in statements}

    assert len(asked) >= 4
    # Assignments and extensions are read from the index of their due moments.
    read = {text: one for text, one in asked.items() if not text.startswith("INSERT INTO news")}
    assert await faults_of(filled, read, more={"due_at"}) == {}
    if filled.is_sqlite:
        async with filled.migrating() as connection:
            await pretend_there_is_much(connection)
        assert await faults_of(filled, read, more={"due_at"}) == {}
