"""Retention: what is due goes, part by part, and nothing else does."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.actions import courses, retention
from server.actions.retention import Policy
from server.ids import first_of, uuid7
from server.models import (
    AuditEntry,
    Check,
    Course,
    GradingRun,
    News,
    NewsKind,
    Standing,
    Submission,
    SubmissionFile,
)
from server.retention import Removed, apply, applying_retention
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    an_instructor,
    viewer_of,
)
from tests.fixtures.regrades import a_regrade, work_through

MONTH = Policy(files_days=30, log_days=0, news_days=0)
NOTHING = Policy(files_days=0, log_days=0, news_days=0)
LATER = NOON + timedelta(days=31)


async def an_archived_course(
    session: AsyncSession, *, submissions: int = 1, at: datetime = NOON
) -> Course:
    """Make a course with graded submissions, archived at noon."""
    course = await a_course(session)
    assignment = await an_assignment(session, course)
    student = await a_student(session, course)
    for _ in range(submissions):
        submission = await a_submission(session, assignment, student)
        await a_finished_run(session, submission, a_report(a_check(output="hola")))
    await courses.archive(session, None, course, at)
    return course


async def with_files(session: AsyncSession) -> set[UUID]:
    """Return the courses of the files that are there."""
    found = select(Submission.course_id).join(
        SubmissionFile, SubmissionFile.submission_id == Submission.id
    )
    return set(await session.scalars(found))


async def test_files_go_when_their_course_was_archived_long_ago(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SUBMISSIONS_AT_ONCE", 2)
    async with database.write() as session:
        old = await an_archived_course(session, submissions=5)
        recent = await an_archived_course(session, at=NOON + timedelta(days=2))
        taught = await an_archived_course(session)
        await courses.reopen(session, None, taught, NOON)
        await session.commit()
    async with database.read() as session:
        due = await retention.measure(session, None, MONTH, LATER)
        assert [(one.slug, one.submissions) for one in due.courses] == [(old.slug, 5)]

    assert await apply(database, MONTH, LATER) == Removed(submissions=5)
    assert await apply(database, MONTH, LATER) == Removed()

    async with database.read() as session:
        assert await with_files(session) == {recent.id, taught.id}
        points = await session.scalars(select(Standing.points))
        assert list(points) == [1.0, 1.0, 1.0]
        found = await session.execute(
            select(Check.output, Check.points)
            .join(GradingRun, GradingRun.id == Check.run_id)
            .join(Submission, Submission.id == GradingRun.submission_id)
            .where(Submission.course_id == old.id)
        )
        assert [tuple(row) for row in found] == [("", 1.0)] * 5
        (entry,) = await session.scalars(
            select(AuditEntry).where(AuditEntry.action == "retention.files")
        )
        assert (entry.course_id, entry.actor_id) == (old.id, None)
        assert entry.after == {"submissions": 5}


async def test_a_course_that_is_opened_meanwhile_keeps_its_files(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        course = await an_archived_course(session)
        due = await retention.measure(session, None, MONTH, LATER)
        await courses.reopen(session, None, course, LATER)

        removed = await retention.remove_files(session, due.courses[0], MONTH, LATER)

        assert removed == (0, None)
        assert await with_files(session) == {course.id}


async def test_the_log_says_once_a_day_that_files_went_however_many_processes_remove_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SUBMISSIONS_AT_ONCE", 1)
    async with database.write() as session:
        await an_archived_course(session, submissions=3)
        (course,) = (await retention.measure(session, None, MONTH, LATER)).courses
        await session.commit()

    for now in (LATER, LATER + timedelta(hours=1), LATER + timedelta(days=1)):
        async with database.write() as session:
            # As a process that begins while another is at it, or has died.
            assert (await retention.remove_files(session, course, MONTH, now))[0] == 1
            await session.commit()

    async with database.read() as session:
        noted = select(AuditEntry.at).where(AuditEntry.action == "retention.files")
        assert sorted(await session.scalars(noted)) == [LATER, LATER + timedelta(days=1)]


async def test_what_a_regrade_needs_waits_for_its_end(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await an_archived_course(session, submissions=2)
        teacher = await an_instructor(session, course)
        archived_at, course.archived_at = course.archived_at, None
        regrade = await a_regrade(session, teacher, course)  # begun just before
        course.archived_at = archived_at
        await work_through(session, regrade, lambda _: a_report(), most=0)
        await session.commit()

    assert await apply(sqlite_database, MONTH, LATER) == Removed()
    async with sqlite_database.write() as session:
        await work_through(session, regrade, lambda _: a_report())
        await session.commit()
    assert await apply(sqlite_database, MONTH, LATER) == Removed(submissions=2)


async def test_old_entries_and_news_go_and_the_log_says_how_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    policy, now = Policy(files_days=0, log_days=10, news_days=20), datetime.now(UTC)
    async with database.write() as session:
        user = await a_user(session)
        for days in (31, 30, 29, 6):
            at = now - timedelta(days=days)
            key = UUID(int=first_of(at).int + days)
            session.add(AuditEntry(id=key, at=at, action="roster.enroll", area="roster"))
            news = {"user_id": user.id, "kind": NewsKind.ANNOUNCEMENT, "values": {}}
            session.add(News(id=key, at=at, **news))
        await session.commit()
    async with database.read() as session:
        due = await retention.measure(session, None, policy, now)
        assert (due.log_entries, due.news, list(due.courses)) == (3, 3, [])

    assert await apply(database, policy, now) == Removed(log_entries=3, news=3)

    async with database.read() as session:
        left = await session.execute(select(AuditEntry.action, AuditEntry.after))
        noted = [tuple(row) for row in left.all()]
        assert sorted(noted, key=str) == sorted(
            [
                ("roster.enroll", None),
                ("retention.log", {"entries": 2}),
                ("retention.log", {"entries": 1}),
            ],
            key=str,
        )
        assert len(list(await session.scalars(select(News)))) == 1


async def test_nothing_goes_until_it_is_set(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        course = await an_archived_course(session)
        await session.execute(update(Course).values(archived_at=NOON - timedelta(days=9999)))
        await session.commit()

    assert not NOTHING.is_on
    assert await apply(sqlite_database, NOTHING, LATER) == Removed()
    async with sqlite_database.read() as session:
        assert await with_files(session) == {course.id}


async def test_a_century_is_as_good_as_for_ever(sqlite_database: Database) -> None:
    policy, now = Policy(files_days=36_500, log_days=36_500, news_days=36_500), datetime.now(UTC)
    async with sqlite_database.write() as session:
        session.add(AuditEntry(at=now, action="roster.enroll", area="roster"))
        await session.commit()

    assert await apply(sqlite_database, policy, now) == Removed()


async def test_only_administrators_see_what_is_due(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        user = await viewer_of(session, await a_user(session))
        with pytest.raises(errors.AdministratorsOnly):
            await retention.measure(session, user, MONTH, LATER)


async def test_a_server_applies_it_soon_after_its_start_and_ends_at_once(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as session:
        await an_archived_course(session)
        await session.execute(update(Course).values(archived_at=NOON - timedelta(days=9999)))
        await session.commit()

    async with applying_retention(sqlite_database, MONTH, first_seconds=0) as tried:
        await tried.wait()

    async with sqlite_database.read() as session:
        assert await with_files(session) == set()


def test_keys_sort_by_the_moment_they_are_made() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=2)
    key = uuid7()

    assert first_of(before) < key < first_of(datetime.now(UTC) + timedelta(milliseconds=2))
