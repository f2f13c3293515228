"""A note to every student who makes one mistake: a comment on the last attempt of each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit, comment_publishing, comments
from server.actions.class_progress import last_failures
from server.actions.mistakes import Mistake, group
from server.errors import UnknownMistake
from server.models import Comment, Course, Submission


async def list_mistakes(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str
) -> list[Mistake]:
    """Return the mistakes in the students' last graded attempts, the most frequent first.

    Raises:
        StaffOnly, UnknownExercise
    """
    return group(await last_failures(session, viewer, course, exercise))


async def find_mistake(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str, key: str
) -> Mistake:
    """Return one of them, by its key.

    Raises:
        StaffOnly, UnknownExercise
        UnknownMistake: no last attempt has it.
    """
    for one in await list_mistakes(session, viewer, course, exercise):
        if one.key == key:
            return one
    raise UnknownMistake


async def write_note(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    exercise: str,
    mistake: Mistake,
    text: str,
    now: datetime,
) -> int:
    """Publish a comment on each of the mistake's submissions; returns to how many students.

    Each student finds it among their news and may answer it. Who has the same note from the same
    author already gets no other, so sending it twice tells nobody twice.

    Raises:
        StaffOnly, InvalidComment
        TooManyComments: one of the submissions has no room for another.
    """
    require(viewer, Permission.COMMENT, course.id)
    text = comments.clean(text)
    chosen = await _without_it(session, viewer, course, mistake, text)
    await comments.require_room(session, chosen)
    notes = [
        Comment(
            submission_id=submission_id,
            course_id=course.id,
            author_id=viewer.user.id,
            file=None,
            line=None,
            text=text,
            is_answer=False,
            written_at=now,
            published_at=None,
            edited_at=None,
            answered_at=None,
        )
        for submission_id in chosen
    ]
    session.add_all(notes)
    await session.flush()
    count = await comment_publishing.publish_all(session, viewer, notes, now)
    about = {"exercise": exercise, "check": mistake.check, "mistake": mistake.words}
    after = {**about, "students": count, "text": text}
    await audit.record(session, viewer, "comment.note", course_id=course.id, after=after, now=now)
    return count


async def _without_it(
    session: AsyncSession, viewer: Viewer, course: Course, mistake: Mistake, text: str
) -> Sequence[UUID]:
    """Return which of the submissions lack this note, locked against other comments."""
    ids = [failure.submission_id for failure in mistake.failures]
    # Compared with the author here: by author, the databases would read all that they ever wrote.
    has_it = select(Comment.submission_id, Comment.author_id).where(
        Comment.submission_id.in_(ids),
        Comment.line.is_(None),
        Comment.text == text,
        Comment.published_at.is_not(None),
    )
    locked = select(Submission.id).where(Submission.id.in_(ids), Submission.course_id == course.id)
    # In a fixed order, so that two notes do not wait for each other.
    locked = locked.order_by(Submission.id).with_for_update(key_share=True)
    open_ones = (await session.scalars(locked)).all()
    rows = await session.execute(has_it)
    count = {row.submission_id for row in rows if row.author_id == viewer.user.id}
    return [one for one in open_ones if one not in count]
