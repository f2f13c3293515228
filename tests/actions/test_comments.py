"""Comments: drafts, publishing, answers, and who may do what with them."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.access import Viewer
from server.actions import comment_publishing, comments, courses
from server.models import AuditEntry, Comment, Course, News, NewsKind, Role, Submission
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    an_instructor,
    later,
    viewer_of,
)

TWO_LINES = {"solution.py": b"one\r\ntwo\r\n", "other.py": b""}


@dataclass
class Review:
    """A submission with everybody who may have something to say about it."""

    course: Course
    teacher: Viewer
    grader: Viewer
    student: Viewer
    classmate: Viewer
    submission: Submission


async def a_review(session: AsyncSession) -> Review:
    course = await a_course(session)
    teacher = await an_instructor(session, course, name="Marta")
    grader = await a_user(session, name="Gil")
    await courses.enroll(session, course, grader, Role.GRADER)
    student, classmate = [await a_student(session, course) for _ in range(2)]
    submission = await a_submission(
        session, await an_assignment(session, course), student, files=TWO_LINES
    )
    return Review(course, teacher, await viewer_of(session, grader), student, classmate, submission)


async def say(
    session: AsyncSession,
    viewer: Viewer,
    review: Review,
    text: str,
    *,
    at: comments.Position = None,
    is_draft: bool = False,
) -> Comment:
    return await comments.write(
        session, viewer, review.submission.id, text, at=at, is_draft=is_draft, now=NOON
    )


async def texts_for(session: AsyncSession, viewer: Viewer, review: Review) -> list[str]:
    found = await comments.list_comments(session, viewer, review.submission.id)
    return [comment.text for comment in found]


async def news_of(session: AsyncSession, viewer: Viewer) -> list[tuple[NewsKind, str]]:
    rows = await session.scalars(
        select(News).where(News.user_id == viewer.user.id).order_by(News.id)
    )
    return [(NewsKind(row.kind), row.values["author"]) for row in rows]


async def test_a_draft_is_seen_by_its_author_only_until_it_is_published(
    database: Database,
) -> None:
    async with database.write() as session:
        review = await a_review(session)
        everybody = (review.grader, review.teacher, review.student)
        draft = await comments.write(
            session,
            review.grader,
            review.submission.id,
            "¿Y si falla?",
            at=("solution.py", 2),
            is_draft=True,
            now=NOON,
        )
        before = [await texts_for(session, viewer, review) for viewer in everybody]
        untold = await news_of(session, review.student)

        await comments.publish(session, review.grader, draft.id, later(1))
        await comments.publish(session, review.grader, draft.id, later(2))

        assert before == [["¿Y si falla?"], [], []]
        assert untold == []
        assert [await texts_for(session, viewer, review) for viewer in everybody] == [
            ["¿Y si falla?"]
        ] * 3
        assert draft.published_at == later(1)
        assert await news_of(session, review.student) == [(NewsKind.COMMENT, "Gil")]
        with pytest.raises(errors.UnknownSubmission):
            await comments.list_comments(session, review.classmate, review.submission.id)


async def test_all_drafts_of_a_course_are_published_at_once(database: Database) -> None:
    async with database.write() as session:
        review, other = await a_review(session), await a_review(session)
        await courses.enroll(session, other.course, review.grader.user, Role.GRADER)
        grader = await viewer_of(session, review.grader.user)
        for where, text in ((review, "uno"), (review, "dos"), (other, "otro curso")):
            await comments.write(
                session, grader, where.submission.id, text, is_draft=True, now=NOON
            )
        await comments.write(
            session, review.teacher, review.submission.id, "no es suyo", is_draft=True, now=NOON
        )

        published = await comment_publishing.publish_drafts(
            session, grader, review.course, later(1)
        )

        assert published == 2
        assert await texts_for(session, review.student, review) == ["uno", "dos"]
        assert await texts_for(session, other.student, other) == []
        assert [
            draft.text
            for draft in await comment_publishing.list_drafts(session, grader, other.course)
        ] == ["otro curso"]


async def unanswered(session: AsyncSession, review: Review) -> list[str]:
    found = await comment_publishing.list_unanswered(session, review.teacher, review.course)
    return [comment.text for comment in found]


async def test_a_student_answers_only_where_staff_wrote(database: Database) -> None:
    async with database.write() as session:
        review, line = await a_review(session), ("solution.py", 1)
        await say(session, review.grader, review, "secret", at=line, is_draft=True)
        with pytest.raises(errors.NothingToAnswer):
            await say(session, review.student, review, "hello?", at=line)
        await say(session, review.grader, review, "Mira esto.", at=line)
        with pytest.raises(errors.NothingToAnswer):  # there is no conversation on the whole
            await say(session, review.student, review, "?")

        answer = await say(session, review.student, review, "¿Por qué?", at=line, is_draft=True)

        assert answer.is_answer
        assert answer.published_at


async def test_an_answer_waits_for_staff_until_one_of_them_replies(database: Database) -> None:
    async with database.write() as session:
        review, line = await a_review(session), ("solution.py", 1)
        await say(session, review.grader, review, "Mira esto.", at=line)
        await say(session, review.student, review, "¿Por qué?", at=line)
        waiting = await unanswered(session, review)
        await say(session, review.teacher, review, "Otra cosa.")
        elsewhere = await unanswered(session, review)
        await say(session, review.teacher, review, "Por esto.", at=line)
        answered = await unanswered(session, review)
        second = await say(session, review.student, review, "Gracias.", at=line)
        await comments.set_aside(session, review.teacher, second.id, NOON)

        assert waiting == elsewhere == ["¿Por qué?"]
        assert answered == []
        assert await unanswered(session, review) == []
        name = review.student.user.name
        assert await news_of(session, review.grader) == [(NewsKind.ANSWER, name)] * 2
        assert await news_of(session, review.teacher) == [(NewsKind.ANSWER, name)]


async def test_only_the_author_changes_a_comment_and_the_change_is_marked(
    database: Database,
) -> None:
    async with database.write() as session:
        review = await a_review(session)
        comment = await comments.write(
            session, review.grader, review.submission.id, "borador", is_draft=True, now=NOON
        )
        await comments.edit(session, review.grader, comment.id, "borrador", later(1))
        assert comment.edited_at is None

        for stranger in (review.teacher, review.student):  # they do not even see it
            with pytest.raises(errors.UnknownComment):
                await comments.edit(session, stranger, comment.id, "x", later(1))
        await comments.publish(session, review.grader, comment.id, later(2))
        with pytest.raises(errors.AuthorsOnly):
            await comments.edit(session, review.teacher, comment.id, "x", later(3))
        with pytest.raises(errors.AlreadyPublished):
            await comments.delete_draft(session, review.grader, comment.id, later(3))
        await comments.edit(session, review.grader, comment.id, "mejor", later(4))

        assert (comment.text, comment.edited_at) == ("mejor", later(4))
        made = select(AuditEntry.action).where(AuditEntry.action.startswith("comment."))
        actions = await session.scalars(made.order_by(AuditEntry.id))
        assert list(actions) == [
            "comment.write",
            "comment.edit",
            "comment.publish",
            "comment.edit",
        ]


async def test_a_deleted_draft_is_gone(database: Database) -> None:
    async with database.write() as session:
        review = await a_review(session)
        draft = await comments.write(
            session, review.grader, review.submission.id, "no", is_draft=True, now=NOON
        )

        await comments.delete_draft(session, review.grader, draft.id, NOON)

        assert await texts_for(session, review.grader, review) == []


async def test_staff_who_left_the_course_change_nothing(database: Database) -> None:
    async with database.write() as session:
        review = await a_review(session)
        draft = await comments.write(
            session, review.grader, review.submission.id, "antes", is_draft=True, now=NOON
        )
        await courses.enroll(session, review.course, review.grader.user, Role.STUDENT)
        former = await viewer_of(session, review.grader.user)

        with pytest.raises(errors.UnknownComment):
            await comments.publish(session, former, draft.id, NOON)
        with pytest.raises(errors.StaffOnly):
            await comment_publishing.publish_drafts(session, former, review.course, NOON)


async def test_staff_who_became_students_do_not_change_what_they_wrote_on_their_own_work(
    database: Database,
) -> None:
    async with database.write() as session:
        review = await a_review(session)
        assignment = await an_assignment(session, review.course, "timeout")
        own = await a_submission(session, assignment, review.grader)
        note = await comments.write(session, review.grader, own.id, "a", is_draft=True, now=NOON)
        await courses.enroll(session, review.course, review.grader.user, Role.STUDENT)
        former = await viewer_of(session, review.grader.user)

        with pytest.raises(errors.StaffOnly):
            await comments.edit(session, former, note.id, "b", NOON)


@pytest.mark.parametrize(
    ("at", "is_there"),
    [
        (None, True),
        (("solution.py", 1), True),
        (("solution.py", 2), True),
        (("solution.py", 3), False),
        (("solution.py", 0), False),
        (("solution.py", -1), False),
        (("other.py", 1), True),
        (("other.py", 2), False),
        (("nowhere.py", 1), False),
    ],
)
async def test_a_comment_stands_on_a_line_that_exists(
    database: Database, at: comments.Position, is_there: bool
) -> None:
    async with database.write() as session:
        review = await a_review(session)
        writing = comments.write(
            session, review.grader, review.submission.id, "x", at=at, is_draft=False, now=NOON
        )
        if is_there:
            comment = await writing
            assert (comment.file, comment.line) == (at or (None, None))
            return
        with pytest.raises(errors.UnknownLine):
            await writing


@pytest.mark.parametrize("text", ["", " \n ", "x" * (comments.LONGEST_TEXT + 1)])
async def test_a_comment_has_some_text_and_not_too_much(database: Database, text: str) -> None:
    async with database.write() as session:
        review = await a_review(session)

        with pytest.raises(errors.InvalidComment):
            await comments.write(
                session, review.grader, review.submission.id, text, is_draft=True, now=NOON
            )


async def test_a_submission_takes_a_limited_number_of_comments(database: Database) -> None:
    async with database.write() as session:
        review = await a_review(session)
        for number in range(comments.MOST_COMMENTS):
            comment = Comment(
                submission_id=review.submission.id,
                course_id=review.course.id,
                author_id=review.grader.user.id,
                text=str(number),
                written_at=NOON,
            )
            session.add(comment)
        await session.flush()

        with pytest.raises(errors.TooManyComments):
            await comments.write(
                session, review.grader, review.submission.id, "x", is_draft=True, now=NOON
            )


async def test_lists_of_a_course_continue_where_a_page_ended(database: Database) -> None:
    async with database.write() as session:
        review = await a_review(session)
        for text in "abc":
            await comments.write(
                session, review.grader, review.submission.id, text, is_draft=True, now=NOON
            )

        first = await comment_publishing.list_drafts(session, review.grader, review.course, limit=2)
        rest = await comment_publishing.list_drafts(
            session, review.grader, review.course, limit=2, after=first[-1].id
        )

        assert [[comment.text for comment in page] for page in (first, rest)] == [["a", "b"], ["c"]]
