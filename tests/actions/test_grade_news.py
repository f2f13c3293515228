"""Students are told of extensions and grades set by hand, staff of requests for second looks."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from server.access import Viewer
from server.actions import courses, extensions, news, overrides, second_looks
from server.models import Assignment, Course, News, NewsKind, Role
from server.news_text import NewsItem, describe_news
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
)

DAY = timedelta(days=1)


async def read_news(session: AsyncSession, viewer: Viewer) -> list[NewsItem]:
    mine = await session.scalars(
        select(News).where(News.user_id == viewer.user.id).order_by(News.id)
    )
    return describe_news(mine, Catalogue.read(), "en")


async def a_limited_exercise(session: AsyncSession) -> tuple[Course, Assignment]:
    course = await a_course(session)
    return course, await an_assignment(session, course, due_at=NOON, max_attempts=3)


async def grant(
    session: AsyncSession, assignment: Assignment, student: Viewer, days: int, attempts: int
) -> None:
    due_at = NOON + days * DAY if days else None
    await extensions.grant(
        session, None, assignment, [student.user.id],
        due_at=due_at, extra_attempts=attempts, reason="Gripe", now=NOON,
    )  # fmt: skip


async def test_an_extension_is_news_to_the_student_as_far_as_it_helps(database: Database) -> None:
    async with database.write() as session:
        course, assignment = await a_limited_exercise(session)
        ana, ben = await a_student(session, course), await a_student(session, course)
        await grant(session, assignment, ana, 5, 2)
        await grant(session, assignment, ana, 3, 1)

        items = await read_news(session, ana)
        assert [one.text for one in items] == [
            "You have more time for “Several tasks at once”: until Friday, 27 November 2026 at "
            "13:00 (Madrid time).",
            "You have further attempts at “Several tasks at once”: 2.",
        ]
        assert items[0].href == f"/exercises/gather?course={course.slug}"
        assert "Gripe" not in str(items)
        assert await read_news(session, ben) == []


async def test_a_grade_set_by_hand_and_its_end_are_news_to_the_student(database: Database) -> None:
    async with database.write() as session:
        course, _ = await a_limited_exercise(session)
        student = await a_student(session, course)
        whose = (session, None, course, "gather", student.user.id)
        await overrides.set_override(
            *whose, points=9.0, style_points=0.0, reason="Lo explicó", now=NOON
        )
        await overrides.remove_override(*whose, now=NOON)

        by_hand, computed = await read_news(session, student)
        assert (by_hand.reason, computed.reason) == ("Lo explicó", "")
        assert "by hand" in by_hand.text
        assert computed.href == f"/courses/{course.slug}/grades"


async def test_points_for_style_are_no_grade_set_by_hand(database: Database) -> None:
    async with database.write() as session:
        course, _ = await a_limited_exercise(session)
        student = await a_student(session, course, language="en")
        whose = (session, None, course, "gather", student.user.id)
        await overrides.set_override(
            *whose, points=None, style_points=0.5, reason="Claro", now=NOON
        )

        (item,) = await read_news(session, student)
        assert item.text == "You got points for style in “Several tasks at once”: 0.5."
        assert item.reason == "Claro"


async def test_staff_have_one_unread_piece_of_news_however_many_ask(database: Database) -> None:
    async with database.write() as session:
        course, assignment = await a_limited_exercise(session)
        teacher, grader = await an_instructor(session, course), await a_user(session)
        await courses.enroll(session, course, grader, Role.GRADER)

        async def ask() -> Viewer:
            student = await a_student(session, course)
            submission = await a_submission(session, assignment, student, now=NOON - DAY)
            await a_finished_run(session, submission, a_report())
            await second_looks.ask(session, student, submission.id, "¿Por qué?", NOON)
            return student

        students = [await ask(), await ask()]
        asked = select(News.user_id).where(News.kind == NewsKind.SECOND_LOOK_ASKED)
        items = (await session.scalars(asked)).all()
        assert sorted(items) == sorted([teacher.user.id, grader.id])
        await news.mark_read(session, teacher, NOON)
        await ask()

        assert len(await read_news(session, teacher)) == 2
        assert [await read_news(session, student) for student in students] == [[], []]
