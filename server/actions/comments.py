"""Comments on submissions: staff write drafts and publish them, the student reads and answers.

Comments on the same line, or on the whole attempt, are one conversation. A draft is seen by its
author only. An answer by the student waits for staff until somebody writes back or says that no
reply is needed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from server.access import Permission, Viewer, require
from server.actions import audit, comment_publishing
from server.actions import comment_access as find
from server.errors import (
    AlreadyPublished,
    InvalidComment,
    NothingToAnswer,
    TooManyComments,
    UnknownLine,
)
from server.models import Comment, SubmissionFile

LONGEST_TEXT: Final = 5000
MOST_COMMENTS: Final = 200
Position = tuple[str, int] | None


async def list_comments(
    session: AsyncSession, viewer: Viewer, submission_id: UUID
) -> Sequence[Comment]:
    """List the comments on a submission that the viewer sees, the oldest first; never many.

    Raises:
        UnknownSubmission
    """
    await find.get_submission(session, viewer, submission_id)
    found = (
        select(Comment)
        .where(Comment.submission_id == submission_id, find.is_seen_by(viewer))
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
    )
    return (await session.scalars(found)).all()


async def write(
    session: AsyncSession,
    viewer: Viewer,
    submission_id: UUID,
    text: str,
    *,
    at: Position = None,
    is_draft: bool,
    now: datetime,
) -> Comment:
    """Write a comment on a line, or on the whole attempt, as staff or as the student.

    at        The file and the line, from 1; None: the whole attempt.
    is_draft  Whether staff keep it to themselves for now; an answer is always published.

    Raises:
        UnknownSubmission, InvalidComment, UnknownLine, TooManyComments
        NothingToAnswer: the viewer is the student, and staff wrote nothing there.
    """
    submission = await find.get_submission(session, viewer, submission_id, is_locked=True)
    comment = Comment(
        submission_id=submission.id,
        course_id=submission.course_id,
        author_id=viewer.user.id,
        text=clean(text),
        is_answer=not viewer.may(Permission.COMMENT, submission.course_id),
        written_at=now,
        published_at=None,
        edited_at=None,
        answered_at=None,
    )
    comment.file, comment.line = at or (None, None)
    await _require_line(session, submission.id, at)
    await require_room(session, [submission.id])
    if comment.is_answer and not await comment_publishing.has_conversation(session, comment):
        raise NothingToAnswer
    session.add(comment)
    await session.flush()
    set_committed_value(comment, "author", viewer.user)
    if comment.is_answer or not is_draft:
        await comment_publishing.publish_all(session, viewer, [comment], now)
    else:
        await _record(session, viewer, "comment.write", comment, submission.user_id, now)
    return comment


async def edit(
    session: AsyncSession, viewer: Viewer, comment_id: UUID, text: str, now: datetime
) -> Comment:
    """Change the text of one's own comment; a published one shows that it was changed.

    Raises:
        UnknownComment, AuthorsOnly, StaffOnly, InvalidComment
    """
    comment = await find.get_own(session, viewer, comment_id)
    before, comment.text = comment.text, clean(text)
    if comment.published_at and comment.text != before:
        comment.edited_at = now
    if not comment.is_answer and comment.text != before:
        whose = comment.submission.user_id
        await _record(session, viewer, "comment.edit", comment, whose, now, before=before)
    await session.flush()
    return comment


async def publish(
    session: AsyncSession, viewer: Viewer, comment_id: UUID, now: datetime
) -> Comment:
    """Show one's own draft to the student; publishing it again changes nothing.

    Raises:
        UnknownComment, AuthorsOnly, StaffOnly
    """
    comment = await find.get_own(session, viewer, comment_id)
    await comment_publishing.publish_all(session, viewer, [comment], now)
    return comment


async def delete_draft(
    session: AsyncSession, viewer: Viewer, comment_id: UUID, now: datetime
) -> Comment:
    """Delete one's own draft.

    Raises:
        UnknownComment, AuthorsOnly, StaffOnly, AlreadyPublished
    """
    comment = await find.get_own(session, viewer, comment_id)
    if comment.published_at:
        raise AlreadyPublished
    await _record(session, viewer, "comment.delete", comment, comment.submission.user_id, now)
    await session.delete(comment)
    await session.flush()
    return comment


async def set_aside(
    session: AsyncSession, viewer: Viewer, comment_id: UUID, now: datetime
) -> Comment:
    """Say that a student's answer needs no reply, so that it leaves the list of staff.

    Raises:
        UnknownComment, StaffOnly
    """
    comment = await find.get_comment(session, viewer, comment_id)
    require(viewer, Permission.COMMENT, comment.course_id)
    if comment.is_answer and comment.answered_at is None:
        comment.answered_at = now
        whose = comment.submission.user_id
        await _record(session, viewer, "comment.set_aside", comment, whose, now)
    return comment


def clean(text: str) -> str:
    """Return the text as it is stored.

    Raises:
        InvalidComment: it is empty or too long.
    """
    stripped = text.replace("\r\n", "\n").strip()
    if not 1 <= len(stripped) <= LONGEST_TEXT:
        raise InvalidComment(LONGEST_TEXT)
    return stripped


async def _require_line(session: AsyncSession, submission_id: UUID, at: Position) -> None:
    if at is None:
        return
    file, line = at
    stored = await session.get(SubmissionFile, (submission_id, file))
    last = None if stored is None else count_lines(stored.content)
    if last is None or not 1 <= line <= last:
        raise UnknownLine(file, line, last)


def count_lines(content: bytes) -> int:
    """Count lines as the page numbers them; an empty file has one."""
    return content.replace(b"\r\n", b"\n").removesuffix(b"\n").count(b"\n") + 1


async def require_room(session: AsyncSession, submission_ids: Sequence[UUID]) -> None:
    """Require that each of these submissions takes another comment.

    Raises:
        TooManyComments
    """
    full = select(Comment.submission_id).where(Comment.submission_id.in_(submission_ids))
    full = full.group_by(Comment.submission_id).having(func.count() >= MOST_COMMENTS)
    if (await session.scalars(full.limit(1))).first() is not None:
        raise TooManyComments(MOST_COMMENTS)


async def _record(
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    comment: Comment,
    student_id: UUID,
    now: datetime,
    *,
    before: str | None = None,
) -> None:
    await audit.record(
        session,
        viewer,
        action,
        course_id=comment.course_id,
        person_id=student_id,
        before=None if before is None else {"text": before},
        after={"submission": str(comment.submission_id), "text": comment.text},
        now=now,
    )
