"""E-mail: written in the transaction of what it tells, sent by a worker soon afterwards.

Nothing is sent twice on purpose: a message is claimed by one worker at a time, and deleted when the
mail server has taken it. Where no mail server is configured, workers delete what is written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server.actions import accounts, sign_in
from server.actions.links import INVITATION_LIFETIME, PATHS
from server.models import LinkPurpose, MailFailure, OutboxMessage, PasswordRequest, SignInLink, User

# Longer than a worker tries to send one message.
LEASE: Final = timedelta(minutes=5)
GIVE_UP_AFTER: Final = timedelta(days=2)
KEEP_GIVEN_UP: Final = timedelta(days=30)
LINK_LIFETIME: Final = timedelta(days=1)
# What stands for a link in a text, and how long such a link holds. The first that a text has: an
# invitation holds the title of a course, which may be anything.
PLACES: Final = {"{invitation}": INVITATION_LIFETIME, "{link}": LINK_LIFETIME}
# Nobody can fill a mailbox by asking again and again. Those links still work.
MOST_LINKS: Final = 3
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=4)
_REQUESTS_AT_ONCE: Final = 50
_LONGEST_ERROR: Final = 300

_PASSWORD_SUBJECT: Final = Text(
    "Elige una contraseña nueva en Semáforo", "Set a new password for Semáforo"
)
_PASSWORD_TEXT: Final = Text(
    "Alguien ha pedido una contraseña nueva para tu cuenta de Semáforo. Si has sido tú, abre este "
    "enlace antes de un día:\n\n{link}\n\nSi no, no hagas nada: tu contraseña no ha cambiado.",
    "Somebody asked for a new password for your Semáforo account. If it was you, open this link "
    "within a day:\n\n{link}\n\nIf not, do nothing: your password has not changed.",
)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that this worker is to send now."""

    id: UUID
    address: str
    subject: str
    text: str
    written_at: datetime


async def write(
    session: AsyncSession,
    user: User,
    subject: Text,
    text: Text,
    now: datetime,
    *,
    purpose: LinkPurpose | None = None,
) -> None:
    """Write a message to the user, in their language; it is sent once this transaction commits.

    text     Plain text. With a `purpose`, one of PLACES in it becomes a link for that, which is
             made when the message is sent, so that no secret lies in the database.
    purpose  What that link is for. Only ever send one to the account's own address.
    """
    session.add(message(user, subject, text, now, purpose=purpose))
    await session.flush()


def message(
    user: User, subject: Text, text: Text, now: datetime, *, purpose: LinkPurpose | None = None
) -> OutboxMessage:
    """Return a message as `write` writes it, for whoever adds many at once."""
    return OutboxMessage(
        user_id=user.id,
        subject=" ".join(subject.to(user.language).split()),
        text=text.to(user.language),
        purpose=purpose,
        written_at=now,
        next_try_at=now,
    )


async def claim(session: AsyncSession, public_url: str, now: datetime) -> Due | None:
    """Take the message that has waited longest, for `LEASE`; None if none is due."""
    turn = (
        select(OutboxMessage.id)
        .where(OutboxMessage.next_try_at <= now)
        .order_by(OutboxMessage.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = await session.scalar(
        update(OutboxMessage)
        .where(OutboxMessage.id == turn.scalar_subquery(), OutboxMessage.next_try_at <= now)
        .values(tries=OutboxMessage.tries + 1, next_try_at=now + LEASE)
        .returning(OutboxMessage)
    )
    if taken is None:
        return None
    user = await session.get_one(User, taken.user_id)
    if user.deleted_at is not None:  # it was written while they were being deleted
        await delete_sent(session, taken.id)
        return await claim(session, public_url, now)
    text = taken.text
    if taken.purpose is not None:
        place = next(place for place in PLACES if place in text)
        lifetime = PLACES[place]
        secret = await sign_in.create_link(
            session, user, lifetime=lifetime, purpose=taken.purpose, now=now
        )
        text = text.replace(place, public_url + PATHS[taken.purpose] + secret)
    return Due(taken.id, user.email, taken.subject, text, taken.written_at)


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to send."""
    due = select(OutboxMessage.id).where(OutboxMessage.next_try_at <= now).limit(1)
    return await session.scalar(due) is not None


async def delete_sent(session: AsyncSession, message_id: UUID) -> None:
    """Delete a message that the mail server has taken.

    Those to the same person that were given up go too: staff need not know of them any more.
    """
    sent = delete(OutboxMessage).where(OutboxMessage.id == message_id)
    user_id = await session.scalar(sent.returning(OutboxMessage.user_id))
    if user_id is not None:
        given_up = OutboxMessage.user_id == user_id, OutboxMessage.next_try_at.is_(None)
        await session.execute(delete(OutboxMessage).where(*given_up))


async def note_failure(
    session: AsyncSession,
    message_id: UUID,
    failure: MailFailure,
    answer: str,
    now: datetime,
    *,
    is_final: bool,
) -> None:
    """Try again after a pause that grows with each try, or never if that cannot help.

    answer  The mail server's own words, which staff are shown.
    """
    message = await session.get(OutboxMessage, message_id)
    if message is None:  # its owner was deleted meanwhile
        return
    pause = min(_FIRST_PAUSE * 2 ** min(message.tries - 1, 10), _LONGEST_PAUSE)
    is_over = is_final or now + pause > message.written_at + GIVE_UP_AFTER
    message.next_try_at = None if is_over else now + pause
    message.error = f"{failure}: {' '.join(answer.split())}"[:_LONGEST_ERROR]
    await session.flush()


async def tidy(session: AsyncSession, now: datetime) -> None:
    """Give up messages that waited too long, and delete those given up long ago."""
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.written_at <= now - GIVE_UP_AFTER,
            OutboxMessage.next_try_at <= now,
        )
        .values(next_try_at=None)
    )
    await session.execute(
        delete(OutboxMessage).where(OutboxMessage.written_at <= now - KEEP_GIVEN_UP)
    )


async def discard_all(session: AsyncSession) -> None:
    """Delete everything: there is no mail server."""
    await session.execute(delete(OutboxMessage))
    await session.execute(delete(PasswordRequest))


async def request_password(session: AsyncSession, email: str, now: datetime) -> None:
    """Note that somebody asked for a link to set a new password.

    A worker looks for the account. So the same is done here whether there is one or not, and no
    measurement of the answer tells who has an account.
    """
    session.add(PasswordRequest(email=email, requested_at=now))
    await session.flush()


async def has_requests(session: AsyncSession) -> bool:
    """Whether anybody asked for a link."""
    return await session.scalar(select(PasswordRequest.id).limit(1)) is not None


async def answer_requests(session: AsyncSession, now: datetime) -> None:
    """Write a message to each account whose owner asked for a link."""
    some = select(PasswordRequest.id).order_by(PasswordRequest.id).limit(_REQUESTS_AT_ONCE)
    taken = await session.scalars(
        delete(PasswordRequest)
        .where(PasswordRequest.id.in_(some.scalar_subquery()))
        .returning(PasswordRequest.email)
    )
    for email in sorted(set(taken)):
        user = await accounts.find_user(session, email)
        if user is not None and await _count_links(session, user, now) < MOST_LINKS:
            purpose = LinkPurpose.PASSWORD
            await write(session, user, _PASSWORD_SUBJECT, _PASSWORD_TEXT, now, purpose=purpose)


async def _count_links(session: AsyncSession, user: User, now: datetime) -> int:
    """Count the links on their way to the user, and those they have."""
    links = await session.scalar(
        select(func.count())
        .select_from(SignInLink)
        .where(
            SignInLink.user_id == user.id,
            SignInLink.purpose == LinkPurpose.PASSWORD,
            SignInLink.made_by_id.is_(None),
            SignInLink.expires_at > now,
        )
    )
    waiting = await session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.user_id == user.id, OutboxMessage.purpose == LinkPurpose.PASSWORD)
    )
    return (links or 0) + (waiting or 0)
