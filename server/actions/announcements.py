"""Announcements of a course: instructors write them, everybody in the course reads them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require, require_taught, visible_courses
from server.actions import audit, news
from server.actions.validation import clean_line, clean_text
from server.errors import UnknownAnnouncement
from server.models import Announcement, Course, NewsKind

LONGEST_TITLE = 120
LONGEST_BODY = 10_000
ON_A_PAGE = 20


async def publish(
    session: AsyncSession, viewer: Viewer, course: Course, *, title: str, body: str, now: datetime
) -> Announcement:
    """Publish an announcement; `body` is Markdown.

    Raises:
        InstructorsOnly, CourseArchived, InvalidText
    """
    require(viewer, Permission.MANAGE, course.id)
    require_taught(course)
    made = Announcement(
        course_id=course.id,
        author_id=viewer.user.id,
        title=clean_line(title, longest=LONGEST_TITLE),
        body=clean_text(body, longest=LONGEST_BODY),
        published_at=now,
        edited_at=None,
    )
    session.add(made)
    await session.flush()
    await _record(session, viewer, "publish", made, after={"title": made.title}, now=now)
    about = {"course": course.slug, "title": made.title, "announcement": str(made.id)}
    await news.tell_course(
        session, course.id, NewsKind.ANNOUNCEMENT, about, now, but=viewer.user.id
    )
    return made


async def edit(
    session: AsyncSession,
    viewer: Viewer,
    announcement_id: UUID,
    *,
    title: str,
    body: str,
    now: datetime,
) -> Announcement:
    """Change an announcement; readers see that it was edited.

    Raises:
        UnknownAnnouncement, InstructorsOnly, InvalidText
    """
    found = await get_announcement(session, viewer, announcement_id)
    require_may_change(viewer, found)
    before = {"title": found.title, "body": found.body}
    found.title = clean_line(title, longest=LONGEST_TITLE)
    found.body = clean_text(body, longest=LONGEST_BODY)
    found.edited_at = now
    await session.flush()
    after = {"title": found.title, "body": found.body}
    await _record(session, viewer, "edit", found, before=before, after=after, now=now)
    return found


async def remove(
    session: AsyncSession, viewer: Viewer, announcement_id: UUID, now: datetime
) -> Announcement:
    """Delete an announcement; the audit log keeps what it said.

    Raises:
        UnknownAnnouncement, InstructorsOnly
    """
    found = await get_announcement(session, viewer, announcement_id)
    require_may_change(viewer, found)
    before = {"title": found.title, "body": found.body}
    await _record(session, viewer, "remove", found, before=before, now=now)
    await session.delete(found)
    await session.flush()
    return found


def require_may_change(viewer: Viewer, announcement: Announcement) -> None:
    """Require that the viewer may change this announcement: any instructor of its course may.

    Raises:
        InstructorsOnly
    """
    require(viewer, Permission.MANAGE, announcement.course_id)


async def get_announcement(
    session: AsyncSession, viewer: Viewer, announcement_id: UUID
) -> Announcement:
    """Return an announcement of one of the viewer's courses, with its course.

    Raises:
        UnknownAnnouncement
    """
    found: Announcement | None = await session.scalar(
        select(Announcement)
        .where(
            Announcement.id == announcement_id,
            Announcement.course_id.in_(visible_courses(viewer).with_only_columns(Course.id)),
        )
        .options(joinedload(Announcement.course))
    )
    if found is None:
        raise UnknownAnnouncement
    return found


async def list_announcements(
    session: AsyncSession, course: Course, *, after: tuple[datetime, UUID] | None = None
) -> Sequence[Announcement]:
    """List a page of a course's announcements, the newest first, with their authors.

    `after` is (`published_at`, `id`) of the last one of the page before.
    """
    key = (Announcement.published_at, Announcement.id)
    listed = select(Announcement).where(Announcement.course_id == course.id)
    if after is not None:
        listed = listed.where(tuple_(*key) < after)
    listed = listed.order_by(*(column.desc() for column in key)).limit(ON_A_PAGE)
    return (await session.scalars(listed.options(joinedload(Announcement.author)))).all()


async def _record(
    session: AsyncSession,
    viewer: Viewer,
    verb: str,
    announcement: Announcement,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    now: datetime,
) -> None:
    await audit.record(
        session,
        viewer,
        f"announcement.{verb}",
        course_id=announcement.course_id,
        before=before,
        after=after,
        now=now,
    )
