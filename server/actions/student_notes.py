"""What stands beside a student's attempts in a course: comments, extensions and second looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require
from server.actions.comment_access import is_seen_by
from server.actions.student_work import StudentWork
from server.models import Assignment, Comment, Course, Extension, SecondLook

MOST_LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class StudentNotes:
    """What was written about a student's work, the newest first; MOST_LISTED of each at most.

    comments      On the attempts of the work, as far as the viewer sees them, with authors.
    extensions    With assignment and who granted them.
    second_looks  About those attempts.
    """

    comments: Sequence[Comment]
    extensions: Sequence[Extension]
    second_looks: Sequence[SecondLook]


async def student_notes(
    session: AsyncSession, viewer: Viewer, course: Course, work: StudentWork
) -> StudentNotes:
    """Return what stands beside the attempts of this student.

    Raises:
        StaffOnly: the viewer is not staff of the course.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    attempts = [attempt.submission_id for attempt in work.attempts]
    comments = (
        select(Comment)
        .where(Comment.submission_id.in_(attempts), is_seen_by(viewer))
        .order_by(Comment.id.desc())
        .options(joinedload(Comment.author))
    )
    looks = (
        select(SecondLook)
        .where(SecondLook.submission_id.in_(attempts))
        .order_by(SecondLook.asked_at.desc(), SecondLook.id.desc())
    )
    return StudentNotes(
        comments=(await session.scalars(comments.limit(MOST_LISTED))).all(),
        extensions=await extensions_of(session, viewer, course, work.user_id),
        second_looks=(await session.scalars(looks.limit(MOST_LISTED))).all(),
    )


async def extensions_of(
    session: AsyncSession, viewer: Viewer, course: Course, user_id: UUID
) -> Sequence[Extension]:
    """List the extensions of one student in a course, the newest first; MOST_LISTED at most.

    Each with its assignment, the student, and who granted it.

    Raises:
        StaffOnly: the viewer is not staff of the course.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    given = select(Assignment.id).where(Assignment.course_id == course.id)
    own = (
        select(Extension)
        .where(Extension.user_id == user_id, Extension.assignment_id.in_(given))
        .order_by(Extension.granted_at.desc(), Extension.id.desc())
        .limit(MOST_LISTED)
        .options(
            joinedload(Extension.assignment),
            joinedload(Extension.user),
            joinedload(Extension.grantor),
        )
    )
    return (await session.scalars(own)).all()
