"""Announcements, second looks, and the news that tell of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server import errors
from server.actions import announcements, news, second_looks
from server.models import AuditEntry, Course, NewsKind, Role
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
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


async def test_an_announcement_reaches_everybody_in_the_course_but_its_author(
    database: Database,
) -> None:
    async with database.write() as session:
        course, other = await a_course(session), await a_course(session)
        teacher = await an_instructor(session, course)
        student, stranger = await a_student(session, course), await a_student(session, other)

        await announcements.publish(
            session, teacher, course, title="Examen", body="A las 9", now=NOON
        )

        (item,) = await news.list_unread(session, student, limit=5)
        assert (item.kind, item.values["title"]) == (NewsKind.ANNOUNCEMENT, "Examen")
        assert await news.count_unread(session, teacher) == 0
        assert await news.count_unread(session, stranger) == 0
        await news.mark_read(session, student, NOON)
        assert await news.count_unread(session, student) == 0
        assert len(await news.list_news(session, student)) == 1


async def test_only_instructors_publish_change_and_remove(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        grader = await a_student(session, course)
        grader = type(grader)(grader.user, {course.id: Role.GRADER})
        words = {"title": "Uno", "body": "Dos"}
        made = await announcements.publish(session, teacher, course, **words, now=NOON)

        with pytest.raises(errors.InstructorsOnly):
            await announcements.publish(session, grader, course, **words, now=NOON)
        with pytest.raises(errors.InstructorsOnly):
            await announcements.edit(session, grader, made.id, **words, now=NOON)
        with pytest.raises(errors.InstructorsOnly):
            await announcements.remove(session, grader, made.id, NOON)
        stranger = await viewer_of(session, await a_user(session))
        with pytest.raises(errors.UnknownAnnouncement):
            await announcements.get_announcement(session, stranger, made.id)

        changed = await announcements.edit(
            session, teacher, made.id, title="Tres", body="Dos", now=NOON
        )
        assert (changed.title, changed.edited_at) == ("Tres", NOON)
        await announcements.remove(session, teacher, made.id, NOON)
        actions = await session.scalars(
            select(AuditEntry.action).where(
                AuditEntry.course_id == course.id, AuditEntry.actor_id == teacher.user.id
            )
        )
        assert sorted(actions) == [
            "announcement.edit",
            "announcement.publish",
            "announcement.remove",
        ]


async def test_announcements_come_in_pages_the_newest_first(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        for number in range(announcements.ON_A_PAGE + 1):
            # Pairs of the same moment: the page does not end between moments.
            now = NOON + timedelta(minutes=number // 2)
            await announcements.publish(
                session, teacher, course, title=str(number), body="x", now=now
            )

        first = await announcements.list_announcements(session, course)
        after = (first[-1].published_at, first[-1].id)
        rest = await announcements.list_announcements(session, course, after=after)

        titles = [int(one.title) for one in (*first, *rest)]
        assert titles == sorted(titles, reverse=True)
        assert len(titles) == announcements.ON_A_PAGE + 1


async def test_a_second_look_is_asked_once_and_its_answer_becomes_news(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher, student = await an_instructor(session, course), await a_student(session, course)
        assignment = await an_assignment(session, course)
        submission = await a_submission(session, assignment, student)

        with pytest.raises(errors.NotGradedYet):
            await second_looks.ask(session, student, submission.id, "¿Por qué?", NOON)
        await a_finished_run(session, submission, a_report())
        with pytest.raises(errors.OwnSubmissionsOnly):
            await second_looks.ask(session, teacher, submission.id, "¿Por qué?", NOON)
        with pytest.raises(errors.InvalidMessage):
            await second_looks.ask(session, student, submission.id, " \n ", NOON)
        asked = await second_looks.ask(session, student, submission.id, "¿Por qué?", NOON)
        with pytest.raises(errors.AlreadyAsked):
            await second_looks.ask(session, student, submission.id, "¿Y bien?", NOON)
        with pytest.raises(errors.StaffOnly):
            await second_looks.answer(session, student, asked.id, "Porque sí", NOON)

        course = await session.get_one(Course, course.id)
        assert await second_looks.count_unanswered(session, course) == 1
        (listed,) = await second_looks.list_of_course(session, teacher, course)
        assert listed.submission.user_id == student.user.id
        await second_looks.answer(session, teacher, asked.id, "Mira la línea 3", NOON)
        with pytest.raises(errors.AlreadyAnswered):
            await second_looks.answer(session, teacher, asked.id, "Otra vez", NOON)
        assert await second_looks.count_unanswered(session, course) == 0
        (item,) = await news.list_unread(session, student, limit=5)
        assert item.kind == NewsKind.SECOND_LOOK_ANSWERED
        # Answered, so the student may ask again.
        await second_looks.ask(session, student, submission.id, "No lo entiendo", NOON)
        everything = await second_looks.list_of_course(session, teacher, course, unanswered=False)
        assert len(everything) == 2


async def test_a_request_of_another_course_is_not_found(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        student = await a_student(session, course)
        submission = await a_submission(session, await an_assignment(session, course), student)
        await a_finished_run(session, submission, a_report())
        asked = await second_looks.ask(session, student, submission.id, "¿Por qué?", NOON)
        stranger = await an_instructor(session, await a_course(session))

        with pytest.raises(errors.UnknownSecondLook):
            await second_looks.answer(session, stranger, asked.id, "Porque sí", NOON)
