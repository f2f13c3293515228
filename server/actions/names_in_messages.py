"""Taking a deleted person's name out of what others were told: news, and e-mail that waits.

News have the name that the person had when they were written, which may have been another one.
"""

import re
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CompoundSelect, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.i18n import gettext_for
from server.models import Comment, News, NewsKind, OutboxMessage, Submission, User
from server.models.names import DELETED

# Ids in one statement.
_AT_ONCE: Final = 500


async def remove(session: AsyncSession, user_id: UUID, name: str) -> None:
    """Replace the person's name in what others were told of their comments.

    name  The present one; those before it are found in the news.
    """
    names = await _remove_from_news(session, user_id)
    await _remove_from_mail(session, user_id, names | {name})


async def _remove_from_news(session: AsyncSession, user_id: UUID) -> set[str]:
    """Replace the names in news; returns them."""
    mine = await session.execute(
        select(Comment.id, Comment.course_id).where(Comment.author_id == user_id)
    )
    courses = {str(row.id): row.course_id for row in mine}
    ids = sorted(courses)
    names: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = await session.execute(
            select(News.id, News.values).where(
                News.course_id.in_({courses[one] for one in some}),
                or_(News.kind == NewsKind.COMMENT, News.kind == NewsKind.ANSWER),
                News.values["comment"].as_string().in_(some),
            )
        )
        rows = found.all()
        names |= {row.values["author"] for row in rows}
        changed = [{"id": row.id, "values": {**row.values, "author": DELETED}} for row in rows]
        if changed:
            await session.execute(update(News), changed)
    return names - {DELETED}


async def _remove_from_mail(session: AsyncSession, user_id: UUID, names: Collection[str]) -> None:
    """Replace the names in messages that wait for those who were told, or were given up.

    Messages with a link name nobody, and “link” in them could be a name.
    """
    commented = select(Comment.submission_id).where(Comment.author_id == user_id)
    readers: CompoundSelect[Any] = union(
        select(Submission.user_id).where(Submission.id.in_(commented)),
        select(Comment.author_id).where(Comment.submission_id.in_(commented)),
    )
    ids = [one for one in await session.scalars(readers) if one is not None]
    # The longest first, of which another may be a part.
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    whole = re.compile(rf"(?<!\w)(?:{either})(?!\w)")
    for start in range(0, len(ids), _AT_ONCE):
        written = await session.execute(
            select(OutboxMessage.id, OutboxMessage.subject, OutboxMessage.text, User.language)
            .join(OutboxMessage.user)
            .where(
                OutboxMessage.user_id.in_(ids[start : start + _AT_ONCE]),
                OutboxMessage.purpose.is_(None),
            )
        )
        changed = []
        for id_, *texts, language in written:
            subject, text = (whole.sub(gettext_for(language)(DELETED), one) for one in texts)
            if [subject, text] != texts:
                changed.append({"id": id_, "subject": subject, "text": text})
        if changed:
            await session.execute(update(OutboxMessage), changed)
