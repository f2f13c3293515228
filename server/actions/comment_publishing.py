"""Publishing comments, and the lists of a course: one's own drafts, answers that wait for staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from server.access import Permission, Viewer, require
from server.actions import audit, news
from server.models import Assignment, Comment, Course, NewsKind, Submission
from server.models.comments import IS_DRAFT, IS_UNANSWERED

MOST_AT_ONCE: Final = 500


async def publish_drafts(
    session: AsyncSession, viewer: Viewer, course: Course, now: datetime
) -> int:
    """Publish the viewer's drafts of a course, MOST_AT_ONCE of them; returns how many.

    Raises:
        StaffOnly
    """
    drafts = await list_drafts(session, viewer, course, limit=MOST_AT_ONCE)
    return await publish_all(session, viewer, drafts, now)


async def publish_all(
    session: AsyncSession, viewer: Viewer, drafts: Sequence[Comment], now: datetime
) -> int:
    """Publish these comments of the viewer, and tell whom they address; returns how many.

    Those that are published already stay as they are, and nobody is told again.
    """
    # One statement decides, so that two clicks tell the student once.
    changed = await session.scalars(
        update(Comment)
        .where(
            Comment.id.in_([draft.id for draft in drafts]),
            Comment.course_id.in_({draft.course_id for draft in drafts}),
            Comment.published_at.is_(None),
        )
        .values(published_at=now)
        .returning(Comment.id)
        .execution_options(synchronize_session=False)
    )
    published = set(changed)
    facts = await _facts_about(session, {draft.submission_id for draft in drafts})
    for draft in drafts:
        if draft.id in published:
            set_committed_value(draft, "published_at", now)
            await _tell(session, viewer, draft, *facts[draft.submission_id], now)
    return len(published)


async def _facts_about(
    session: AsyncSession, submission_ids: set[UUID]
) -> dict[UUID, tuple[UUID, str]]:
    """Return whose each submission is, and of which exercise."""
    rows = await session.execute(
        select(Submission.id, Submission.user_id, Assignment.exercise)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.id.in_(submission_ids))
    )
    return {row.id: (row.user_id, row.exercise) for row in rows}


async def _tell(
    session: AsyncSession,
    viewer: Viewer,
    comment: Comment,
    student_id: UUID,
    exercise: str,
    now: datetime,
) -> None:
    values = {
        "submission": str(comment.submission_id),
        "comment": str(comment.id),
        "exercise": exercise,
        "author": viewer.user.name,
    }
    kind, recipients = NewsKind.COMMENT, {student_id}
    if comment.is_answer:
        kind, recipients = NewsKind.ANSWER, set(await _authors_of_conversation(session, comment))
    for user_id in recipients - {viewer.user.id}:
        await news.tell(session, user_id, kind, values, now, course_id=comment.course_id)
    if comment.is_answer:
        return
    await session.execute(
        update(Comment)
        .where(*_is_same_conversation(Comment, comment), IS_UNANSWERED)
        .values(answered_at=now)
        .execution_options(synchronize_session="fetch")
    )
    await audit.record(
        session,
        viewer,
        "comment.publish",
        course_id=comment.course_id,
        person_id=student_id,
        after={"submission": values["submission"], "text": comment.text},
        now=now,
    )


async def has_conversation(session: AsyncSession, comment: Comment) -> bool:
    """Whether staff have published something where this comment is to stand."""
    begun = exists().where(*_is_published_by_staff(comment))
    return bool(await session.scalar(select(begun)))


async def _authors_of_conversation(session: AsyncSession, comment: Comment) -> Sequence[UUID]:
    authors = select(Comment.author_id).where(
        *_is_published_by_staff(comment), Comment.author_id.is_not(None)
    )
    return [author for author in await session.scalars(authors.distinct()) if author]


def _is_published_by_staff(comment: Comment) -> list[ColumnElement[bool]]:
    return [
        *_is_same_conversation(Comment, comment),
        Comment.published_at.is_not(None),
        Comment.is_answer.is_(False),
    ]


def _is_same_conversation(other: type[Comment], comment: Comment) -> list[ColumnElement[bool]]:
    return [
        # The course too, by which PostgreSQL finds the few that wait for an answer.
        other.course_id == comment.course_id,
        other.submission_id == comment.submission_id,
        other.file.is_not_distinct_from(comment.file),
        other.line.is_not_distinct_from(comment.line),
    ]


async def list_drafts(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    *,
    limit: int = 100,
    after: UUID | None = None,
) -> Sequence[Comment]:
    """List the viewer's drafts of a course, the oldest first, with submission and assignment.

    after  Continue after the comment of this id.

    Raises:
        StaffOnly
    """
    require(viewer, Permission.COMMENT, course.id)
    mine = select(Comment).where(
        Comment.course_id == course.id, Comment.author_id == viewer.user.id, IS_DRAFT
    )
    return (await session.scalars(_page(mine, limit, after))).all()


async def list_unanswered(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    *,
    limit: int = 100,
    after: UUID | None = None,
) -> Sequence[Comment]:
    """List the students' answers of a course that wait for staff, the oldest first.

    Raises:
        StaffOnly
    """
    require(viewer, Permission.COMMENT, course.id)
    waiting = select(Comment).where(Comment.course_id == course.id, IS_UNANSWERED)
    return (await session.scalars(_page(waiting, limit, after))).all()


def _page(found: Select[Comment], limit: int, after: UUID | None) -> Select[Comment]:
    if after is not None:
        found = found.where(Comment.id > after)
    # By their ids first: PostgreSQL expects few, and would join and sort all of a course's.
    page = found.with_only_columns(Comment.id).order_by(Comment.id).limit(limit)
    loaded = joinedload(Comment.submission)
    return (
        select(Comment)
        .where(Comment.id.in_(page))
        .order_by(Comment.id)
        .options(
            joinedload(Comment.author),
            loaded.joinedload(Submission.user),
            loaded.joinedload(Submission.assignment),
        )
    )
