"""Looking at a course as one of its students sees it: read-only, for an hour at most."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit
from server.actions.secret import hash_secret
from server.errors import NotAStudent
from server.models import Course, Enrollment, Role, StudentView, User

LONGEST: Final = timedelta(hours=1)


async def start(
    session: AsyncSession,
    viewer: Viewer,
    login_secret: str,
    course: Course,
    user_id: UUID,
    now: datetime,
) -> None:
    """Let this login see the course as the student does.

    Raises:
        StaffOnly: the viewer may not see the student's work.
        NotAStudent: that is no student of the course, or administers the server.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    if await _find_student(session, course.id, user_id) is None:
        raise NotAStudent
    view = StudentView(
        login_hash=hash_secret(login_secret),
        user_id=user_id,
        course_id=course.id,
        ends_at=now + LONGEST,
    )
    await session.merge(view)
    await session.flush()
    await audit.record(
        session, viewer, "view_as.start", course_id=course.id, person_id=user_id, now=now
    )


async def end(session: AsyncSession, login_secret: str, viewer: Viewer, now: datetime) -> None:
    """See everything as oneself again; `viewer` is the member of staff."""
    ended = (
        await session.execute(
            delete(StudentView)
            .where(StudentView.login_hash == hash_secret(login_secret))
            .returning(StudentView.course_id, StudentView.user_id)
        )
    ).one_or_none()
    if ended is not None:
        await audit.record(
            session,
            viewer,
            "view_as.end",
            course_id=ended.course_id,
            person_id=ended.user_id,
            now=now,
        )


async def resolve(session: AsyncSession, staff: Viewer, view: StudentView) -> Viewer:
    """Return the student as the viewer, in this course only; the staff, if they may no longer."""
    if not staff.may(Permission.SEE_WORK, view.course_id):
        return staff
    student = await _find_student(session, view.course_id, view.user_id)
    if student is None:
        return staff
    return Viewer(student, {view.course_id: Role.STUDENT}, seen_by=staff.user)


async def _find_student(session: AsyncSession, course_id: UUID, user_id: UUID) -> User | None:
    found: User | None = await session.scalar(
        select(User)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(
            User.id == user_id,
            Enrollment.course_id == course_id,
            Enrollment.role == Role.STUDENT,
            ~User.is_administrator,
        )
    )
    return found
