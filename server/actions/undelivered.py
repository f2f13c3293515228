"""E-mail that does not arrive: whose, why, and whether the mail server takes any at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.models import MailFailure, News, OutboxMessage, PasswordRequest
from server.models.news import WAITS_FOR_MAIL

# What a mail server takes is sent within seconds.
STUCK_AFTER: Final = timedelta(minutes=10)
# Of the one it is addressed to; the others are the mail server's, and everybody's.
_OF_A_PERSON: Final = (
    MailFailure.NO_SUCH_ADDRESS,
    MailFailure.MAILBOX_FULL,
    MailFailure.REFUSED,
    MailFailure.LATER,
)


def has_failed() -> ColumnElement[bool]:
    """Select messages that were given up, or that the address's own mail server refuses."""
    of_a_person = (OutboxMessage.error.startswith(failure.value) for failure in _OF_A_PERSON)
    return or_(OutboxMessage.next_try_at.is_(None), *of_a_person)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The last e-mail to somebody that has not arrived.

    failure      Why; None if it only waited too long.
    answer       The mail server's own words; empty if it gave none.
    next_try_at  None if there is none.
    """

    written_at: datetime
    failure: MailFailure | None
    answer: str
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class StuckMail:
    """E-mail that waits because the mail server takes none.

    count    People who wait for a message, counted once for each message.
    since    When the oldest should have been sent.
    failure  Why, if a message was tried; None if the mail server was not reached.
    """

    count: int
    since: datetime
    failure: MailFailure | None
    answer: str


async def find_of(session: AsyncSession, user_ids: Collection[UUID]) -> dict[UUID, Undelivered]:
    """Return what has not arrived, by person, of these."""
    rows = await session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.user_id.in_(user_ids), has_failed())
        .order_by(OutboxMessage.written_at)
    )
    return {row.user_id: _describe(row) for row in rows}


async def find_stuck(session: AsyncSession, now: datetime) -> StuckMail | None:
    """Return what should have been sent some time ago; None if nothing."""
    before = now - STUCK_AFTER
    late = OutboxMessage.written_at <= before, OutboxMessage.next_try_at.is_not(None), ~has_failed()
    parts = [
        select(func.count(), func.min(OutboxMessage.written_at)).where(*late),
        select(func.count(News.user_id.distinct()), func.min(News.mail_at)).where(
            WAITS_FOR_MAIL, News.mail_at <= before
        ),
        select(func.count(), func.min(PasswordRequest.requested_at)).where(
            PasswordRequest.requested_at <= before
        ),
    ]
    found = [(await session.execute(part)).one() for part in parts]
    since = [moment for _, moment in found if moment is not None]
    if not since:
        return None
    tried = select(OutboxMessage.error).where(*late, OutboxMessage.error != "")
    error = await session.scalar(tried.order_by(OutboxMessage.written_at.desc()).limit(1))
    failure, answer = _parse(error or "")
    return StuckMail(sum(count for count, _ in found), min(since), failure, answer)


def _describe(row: OutboxMessage) -> Undelivered:
    failure, answer = _parse(row.error)
    return Undelivered(row.written_at, failure, answer, row.next_try_at)


def _parse(error: str) -> tuple[MailFailure | None, str]:
    """Divide what `outbox.note_failure` stored; versions up to 0.2.0 stored the answer alone."""
    name, _, answer = error.partition(": ")
    if name in set(MailFailure):
        return MailFailure(name), answer
    return (MailFailure.REFUSED, error) if error else (None, "")
