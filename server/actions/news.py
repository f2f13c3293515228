"""News: what is to be told to one person, stored in the transaction that makes it true."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.ids import uuid7
from server.models import Course, Enrollment, News, NewsKind, Role, User
from server.models.news import IS_UNREAD

ON_A_PAGE = 50
# What comes within this time goes out in one message; what was read in the page by then does not.
MAIL_AFTER: Final = timedelta(minutes=10)


async def tell(
    session: AsyncSession,
    user_id: UUID,
    kind: NewsKind,
    values: Mapping[str, Any],
    now: datetime,
    *,
    course_id: UUID | None = None,
) -> None:
    """Tell somebody something; it is stored with the caller's transaction.

    values  What JSON can hold; NewsKind lists what each kind needs.
    """
    await tell_each(session, kind, [(user_id, values)], now, course_id=course_id)


async def tell_course(
    session: AsyncSession,
    course_id: UUID,
    kind: NewsKind,
    values: Mapping[str, Any],
    now: datetime,
    *,
    but: UUID | None = None,
) -> None:
    """Tell everybody in a course something, except the person `but`."""
    people = await session.scalars(
        select(Enrollment.user_id)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.course_id == course_id, User.deleted_at.is_(None))
    )
    recipients = [(person, values) for person in people if person != but]
    await tell_each(session, kind, recipients, now, course_id=course_id)


async def tell_staff(
    session: AsyncSession,
    course_id: UUID,
    kind: NewsKind,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """Tell the staff of a course something, except those who have such news there unread."""
    is_unread = exists().where(
        News.user_id == Enrollment.user_id,
        IS_UNREAD,
        News.course_id == course_id,
        News.kind == kind,
    )
    people = await session.scalars(
        select(Enrollment.user_id).where(
            Enrollment.course_id == course_id, Enrollment.role != Role.STUDENT, ~is_unread
        )
    )
    recipients = [(person, values) for person in people]
    await tell_each(session, kind, recipients, now, course_id=course_id)


async def tell_each(
    session: AsyncSession,
    kind: NewsKind,
    recipients: Iterable[tuple[UUID, Mapping[str, Any]]],
    now: datetime,
    *,
    course_id: UUID | None = None,
) -> None:
    """Tell each of these people something of one kind, with values of their own."""
    same = {"course_id": course_id, "kind": kind, "at": now, "mail_at": now + MAIL_AFTER}
    rows = [
        {"id": uuid7(), "user_id": person, "values": dict(values), **same}
        for person, values in recipients
    ]
    if rows:
        await session.execute(insert(News), rows)


async def list_news(
    session: AsyncSession, viewer: Viewer, *, after: tuple[datetime, UUID] | None = None
) -> Sequence[News]:
    """List a page of the viewer's news, the newest first.

    `after` is (`at`, `id`) of the last one of the page before.
    """
    listed = select(News).where(News.user_id == viewer.user.id)
    if after is not None:
        listed = listed.where(tuple_(News.at, News.id) < after)
    return (
        await session.scalars(listed.order_by(News.at.desc(), News.id.desc()).limit(ON_A_PAGE))
    ).all()


async def list_unread(session: AsyncSession, viewer: Viewer, *, limit: int) -> Sequence[News]:
    """List the viewer's unread news, the newest first, at most `limit`."""
    unread = select(News).where(News.user_id == viewer.user.id, IS_UNREAD)
    return (await session.scalars(unread.order_by(News.id.desc()).limit(limit))).all()


async def zones_of(session: AsyncSession, found: Sequence[News]) -> dict[UUID | None, str]:
    """Return the zones of the courses to which these news belong, by their ids."""
    ids = {one.course_id for one in found if one.course_id is not None}
    rows = await session.execute(select(Course.id, Course.timezone).where(Course.id.in_(ids)))
    return {row.id: row.timezone for row in rows}


async def count_unread(session: AsyncSession, viewer: Viewer) -> int:
    """Count the viewer's unread news."""
    unread = select(func.count()).select_from(News).where(News.user_id == viewer.user.id, IS_UNREAD)
    return await session.scalar(unread) or 0


async def mark_read(session: AsyncSession, viewer: Viewer, now: datetime) -> None:
    """Mark all of the viewer's news as read."""
    unread = update(News).where(News.user_id == viewer.user.id, IS_UNREAD)
    await session.execute(unread.values(read_at=now))
