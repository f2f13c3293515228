"""News by e-mail: what somebody has not read in the page after a while, in one message.

Taking news and writing the message are one transaction, so a piece of news is in one message at
most, however many workers there are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from graders.text import Text
from server.access import Viewer
from server.actions import outbox
from server.actions.news import MAIL_AFTER
from server.models import TOPICS, Announcement, Course, News, NewsKind, NewsTopic, Submission, User
from server.models.news import WAITS_FOR_MAIL
from server.news_message import write_message

# News that start a message, of one transaction; the next round follows at once.
_MOST_AT_ONCE: Final = 50


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there are news to send; for a reading session."""
    due = select(News.id).where(WAITS_FOR_MAIL, News.mail_at <= now).limit(1)
    return await session.scalar(due) is not None


async def write_due(
    session: AsyncSession, catalogue: Catalogue, public_url: str, now: datetime
) -> int:
    """Write a message to each of those whose news have waited long enough; returns how many.

    It has all their news that wait, but not what they have read, want no e-mail about, or have
    handed in since. Nobody is written to whose address may be somebody else's.
    """
    taken = await _take(session, now)
    if not taken:
        return 0
    # Whoever was deleted has no proven address either.
    users = await session.scalars(select(User).where(User.id.in_(taken), User.is_email_proven))
    handed_in = await _handed_in_since(session, taken)
    courses, bodies = await _titles(session, taken), await _bodies(session, taken)
    written = 0
    for user in users:
        wanted = [
            one
            for one in taken[user.id]
            if one.read_at is None
            and TOPICS[one.kind] not in user.no_mail_about
            and one.id not in handed_in
        ]
        if wanted:
            subject, text = write_message(
                wanted, courses, bodies, catalogue, user.language, public_url
            )
            await outbox.write(session, user, Text.same(subject), Text.same(text), now)
            written += 1
    return written


async def forget_all(session: AsyncSession) -> None:
    """Send nothing of what waits: there is no mail server."""
    await session.execute(update(News).where(WAITS_FOR_MAIL).values(mail_at=None))


async def _take(session: AsyncSession, now: datetime) -> Mapping[UUID, list[News]]:
    ready = select(News.user_id).where(WAITS_FOR_MAIL, News.mail_at <= now)
    ready = ready.order_by(News.mail_at).limit(_MOST_AT_ONCE)
    # All that waits is due within MAIL_AFTER; saying so lets its index be searched.
    waits = WAITS_FOR_MAIL, News.mail_at <= now + MAIL_AFTER
    found = await session.scalars(
        update(News).where(*waits, News.user_id.in_(ready)).values(mail_at=None).returning(News)
    )
    taken: dict[UUID, list[News]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.at, one.id)):
        taken[one.user_id].append(one)
    return taken


async def _titles(
    session: AsyncSession, taken: Mapping[UUID, Sequence[News]]
) -> dict[UUID | None, str]:
    ids = {one.course_id for news in taken.values() for one in news if one.course_id}
    rows = await session.execute(select(Course.id, Course.title).where(Course.id.in_(ids)))
    return {row.id: row.title for row in rows}


async def _handed_in_since(
    session: AsyncSession, taken: Mapping[UUID, Sequence[News]]
) -> set[UUID]:
    """Return the reminders that no longer hold, because their student has handed in."""
    reminders = {
        (one.user_id, UUID(one.values["assignment"])): one.id
        for news in taken.values()
        for one in news
        if one.kind == NewsKind.DUE_SOON and "assignment" in one.values
    }
    rows = await session.execute(
        select(Submission.user_id, Submission.assignment_id).where(
            Submission.assignment_id.in_({key[1] for key in reminders}),
            Submission.user_id.in_({key[0] for key in reminders}),
        )
    )
    handed_in = {(row.user_id, row.assignment_id) for row in rows}
    return {reminder for key, reminder in reminders.items() if key in handed_in}


async def _bodies(session: AsyncSession, taken: Mapping[UUID, Sequence[News]]) -> dict[str, str]:
    """Return the text of the announcements of which these news tell, by their ids."""
    announced = {
        UUID(one.values["announcement"])
        for news in taken.values()
        for one in news
        if one.kind == NewsKind.ANNOUNCEMENT and "announcement" in one.values
    }
    rows = await session.execute(
        select(Announcement.id, Announcement.body).where(Announcement.id.in_(announced))
    )
    return {str(row.id): row.body for row in rows}


def topics_for(viewer: Viewer) -> list[NewsTopic]:
    """List the topics of which somebody may get news."""
    left_out: set[NewsTopic] = set()
    if not viewer.is_staff:
        left_out.add(NewsTopic.GRADING)
    if not viewer.is_administrator:
        left_out.add(NewsTopic.SERVER)
    return [topic for topic in NewsTopic if topic not in left_out]


async def choose(session: AsyncSession, viewer: Viewer, wanted: Collection[NewsTopic]) -> None:
    """Set the topics whose news the viewer wants by e-mail, of those that they may choose.

    The others stay as they are: a student's choice says nothing of what they will want as staff.
    """
    user, offered = viewer.user, topics_for(viewer)
    unwanted = [
        topic.value
        for topic in NewsTopic
        if (topic not in wanted if topic in offered else topic in user.no_mail_about)
    ]
    # By statement, because the user was probably loaded in another session.
    await session.execute(update(User).where(User.id == user.id).values(no_mail_about=unwanted))
    user.no_mail_about = unwanted
