"""A note to everybody who makes one mistake."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server import errors
from server.access import Viewer
from server.actions import comment_publishing, comments, mistake_notes, news
from server.actions.mistakes import Mistake
from server.models import AuditEntry, Comment, Course, NewsKind
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
    later,
)

HANGS = Text("Se queda en `f` 3 veces.", "It hangs in `f` 3 times.")
HANGS_ELSEWHERE = Text("Se queda en `g` 7 veces.", "It hangs in `g` 7 times.")
NOTE = "Read again what `gather` does."


async def _a_class(session: AsyncSession) -> tuple[Course, Viewer, dict[str, Viewer]]:
    """Make a class in which Ana and Bea make one mistake, Carla another; Dora has mended it."""
    course = await a_course(session)
    teacher = await an_instructor(session, course, name="Grace")
    gather = await an_assignment(session, course)
    given = {
        "Ana": (HANGS,),
        "Bea": (None, HANGS_ELSEWHERE),
        "Carla": (Text.same("Crashes."),),
    }
    people = {}
    for name, messages in {**given, "Dora": (HANGS, None)}.items():
        people[name] = student = await a_student(session, course, name=name)
        for number, message in enumerate(messages):
            submission = await a_submission(session, gather, student, now=later(number))
            check = a_check(points=int(message is None), max_points=1, message=message or HANGS)
            await a_finished_run(session, submission, a_report(check), now=later(number))
    return course, teacher, people


async def _hanging(session: AsyncSession, teacher: Viewer, course: Course) -> Mistake:
    most_frequent, *_ = await mistake_notes.list_mistakes(session, teacher, course, "gather")
    return most_frequent


async def test_it_reaches_each_student_of_the_group_as_comment_and_news(
    database: Database,
) -> None:
    async with database.write() as session:
        course, teacher, people = await _a_class(session)
        mistake = await _hanging(session, teacher, course)

        count = await mistake_notes.write_note(
            session, teacher, course, "gather", mistake, NOTE, later(9)
        )

        written = (await session.scalars(select(Comment))).all()
        kinds = {
            name: [one.kind for one in await news.list_news(session, student)]
            for name, student in people.items()
        }
        recorded = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    assert count == 2
    assert [one.student for one in mistake.failures] == ["Ana", "Bea"]
    assert {(one.submission_id, one.text, one.published_at) for one in written} == {
        (one.submission_id, NOTE, later(9)) for one in mistake.failures
    }
    assert kinds == {
        "Ana": [NewsKind.COMMENT],
        "Bea": [NewsKind.COMMENT],
        "Carla": [],
        "Dora": [],
    }
    audited = [entry.action for entry in recorded if entry.action.startswith("comment.")]
    assert audited == ["comment.publish", "comment.publish", "comment.note"]
    assert recorded[-1].after == {
        "exercise": "gather",
        "check": "runs",
        "mistake": {"es": "Se queda en … # veces.", "en": "It hangs in … # times."},
        "students": 2,
        "text": NOTE,
    }


async def test_sending_it_twice_tells_nobody_twice(database: Database) -> None:
    async with database.write() as session:
        course, teacher, people = await _a_class(session)
        colleague = await an_instructor(session, course)
        mistake = await _hanging(session, teacher, course)

        count = [
            await mistake_notes.write_note(session, who, course, "gather", mistake, text, NOON)
            for who, text in (
                *((teacher, NOTE), (teacher, f"  {NOTE}\r\n")),
                *((colleague, NOTE), (teacher, "Another note.")),
            )
        ]

        assert count == [2, 0, 2, 2]
        assert len(await news.list_news(session, people["Ana"])) == 3


async def test_a_draft_of_the_same_words_is_no_note(database: Database) -> None:
    async with database.write() as session:
        course, teacher, _ = await _a_class(session)
        mistake = await _hanging(session, teacher, course)
        ana = mistake.failures[0].submission_id
        await comments.write(session, teacher, ana, NOTE, is_draft=True, now=NOON)

        count = await mistake_notes.write_note(
            session, teacher, course, "gather", mistake, NOTE, NOON
        )

        drafts = await comment_publishing.list_drafts(session, teacher, course)
    assert (count, len(drafts)) == (2, 1)


async def test_only_staff_of_the_course_send_one(database: Database) -> None:
    async with database.write() as session:
        course, teacher, people = await _a_class(session)
        mistake = await _hanging(session, teacher, course)
        stranger = await an_instructor(session, await a_course(session))

        for viewer in (people["Ana"], stranger):
            with pytest.raises(errors.StaffOnly):
                await mistake_notes.write_note(
                    session, viewer, course, "gather", mistake, NOTE, NOON
                )
            with pytest.raises(errors.StaffOnly):
                await mistake_notes.list_mistakes(session, viewer, course, "gather")


async def test_what_nobody_does_wrong_any_more_is_no_mistake(database: Database) -> None:
    async with database.write() as session:
        course, teacher, _ = await _a_class(session)
        mistake = await _hanging(session, teacher, course)

        found = await mistake_notes.find_mistake(session, teacher, course, "gather", mistake.key)

        assert found == mistake
        with pytest.raises(errors.UnknownMistake):
            await mistake_notes.find_mistake(session, teacher, course, "gather", "0" * 16)


async def test_a_submission_without_room_refuses_the_whole_note(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST_COMMENTS", 1)
    async with database.write() as session:
        course, teacher, _ = await _a_class(session)
        mistake = await _hanging(session, teacher, course)
        bea = mistake.failures[1].submission_id
        await comments.write(session, teacher, bea, "Hello.", is_draft=False, now=NOON)

        with pytest.raises(errors.TooManyComments):
            await mistake_notes.write_note(session, teacher, course, "gather", mistake, NOTE, NOON)

        assert len((await session.scalars(select(Comment))).all()) == 1
