"""Which comments a viewer sees, and which they may change."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require, visible_submissions
from server.errors import AuthorsOnly, UnknownComment, UnknownSubmission
from server.models import Comment, Submission


def is_seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer sees a comment on a submission that they see."""
    return or_(Comment.published_at.is_not(None), Comment.author_id == viewer.user.id)


async def get_comment(session: AsyncSession, viewer: Viewer, comment_id: UUID) -> Comment:
    """Return a comment that the viewer sees, with its author and submission.

    Raises:
        UnknownComment
    """
    found = visible_submissions(viewer).with_only_columns(Submission.id)
    comment: Comment | None = await session.scalar(
        select(Comment)
        .where(
            Comment.id == comment_id,
            is_seen_by(viewer),
            found.where(Submission.id == Comment.submission_id).exists(),
        )
        .options(joinedload(Comment.author), joinedload(Comment.submission))
    )
    if comment is None:
        raise UnknownComment
    return comment


async def get_own(session: AsyncSession, viewer: Viewer, comment_id: UUID) -> Comment:
    """Return a comment of the viewer's, which they may still change.

    Raises:
        UnknownComment, AuthorsOnly, StaffOnly
    """
    comment = await get_comment(session, viewer, comment_id)
    if comment.author_id != viewer.user.id:
        raise AuthorsOnly
    if not comment.is_answer:
        require(viewer, Permission.COMMENT, comment.course_id)
    return comment


async def get_submission(
    session: AsyncSession, viewer: Viewer, submission_id: UUID, *, is_locked: bool = False
) -> Submission:
    """Return a submission that the viewer sees.

    is_locked  Whether nobody else may write comments on it until the session ends.

    Raises:
        UnknownSubmission
    """
    found = visible_submissions(viewer).where(Submission.id == submission_id)
    if is_locked:
        # Its comments are counted next. SQLite ignores this: a writer already holds the only lock.
        found = found.with_for_update(key_share=True)
    submission: Submission | None = await session.scalar(found)
    if submission is None:
        raise UnknownSubmission
    return submission
