"""Invitations: links with which new people set a password and so come in.

An invitation lets its holder into the account. So staff get one only for people who have no way in
yet and whom no other course knows: never for somebody else's account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server.access import Viewer
from server.actions import audit, outbox
from server.actions.batches import add_in_batches
from server.actions.links import INVITATION_LIFETIME, PATHS
from server.actions.secret import hash_secret, make_secret
from server.errors.roster import HasAWayIn, NoMailServer
from server.models import Course, Enrollment, LinkPurpose, Login, SignInLink, User
from server.settings import Settings

# Not to sign in: who signs out without a password could not come back.
PURPOSE: Final = LinkPurpose.PASSWORD


_SUBJECT: Final = Text("Tu cuenta de Semáforo", "Your Semáforo account")
# {invitation} is left for the outbox.
_TEXT: Final = Text(
    "Estás en el curso «{course}» de Semáforo, donde se entregan los ejercicios y se ven los "
    "resultados. Abre este enlace en los próximos {days} días y elige una contraseña:\n\n"
    "{{invitation}}\n\nDespués entras con este correo y esa contraseña.",
    "You are in the course “{course}” in Semáforo, where exercises are handed in and results are "
    "shown. Open this link within {days} days and choose a password:\n\n{{invitation}}"
    "\n\nAfterwards you sign in with this e-mail address and that password.",
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was just made; `secret` is shown once and not stored."""

    user: User
    secret: str

    def url(self, public_url: str) -> str:
        """Return the address to hand out."""
        return public_url + PATHS[PURPOSE] + self.secret


async def create(session: AsyncSession, users: Sequence[User], now: datetime) -> list[Invitation]:
    """Make a link for each of these people, whom the caller has just made or checked."""
    invitations = [Invitation(user, make_secret()) for user in users]
    links = [
        SignInLink(
            secret_hash=hash_secret(invitation.secret),
            user_id=invitation.user.id,
            expires_at=now + INVITATION_LIFETIME,
            uses_left=1,
            purpose=PURPOSE,
        )
        for invitation in invitations
    ]
    await add_in_batches(session, links)
    return invitations


def require_mail_server(settings: Settings, *, is_wanted: bool) -> None:
    """Make sure that invitations which are to be sent can be sent.

    Raises:
        NoMailServer: they cannot.
    """
    if is_wanted and not settings.sends_email:
        raise NoMailServer


async def send(session: AsyncSession, users: Sequence[User], course: Course, now: datetime) -> None:
    """Write an e-mail with a link to each of these people, whom the caller has just made.

    Nobody else sees those links: they are made when the messages are sent.
    """
    text = _TEXT.format(course=course.title, days=INVITATION_LIFETIME.days)
    messages = [outbox.message(user, _SUBJECT, text, now, purpose=PURPOSE) for user in users]
    await add_in_batches(session, messages)


async def can_be_invited(session: AsyncSession, course: Course, user: User) -> bool:
    """Whether staff of the course may hold a link to this account.

    Only if it has no password, nobody is signed in to it, no other course has it, it administers
    nothing, and its owner was not deleted.
    """
    if user.password_hash is not None or user.is_administrator or user.deleted_at is not None:
        return False
    if await session.scalar(select(exists().where(Login.user_id == user.id))):
        return False
    return await only_in(session, course, user)


async def only_in(session: AsyncSession, course: Course, user: User) -> bool:
    """Whether this is the account's only course."""
    courses = await session.scalar(
        select(func.count()).select_from(Enrollment).where(Enrollment.user_id == user.id)
    )
    mine = await session.get(Enrollment, (course.id, user.id))
    return courses == 1 and mine is not None


async def invite_again(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    user: User,
    now: datetime,
    *,
    is_sent: bool,
) -> list[Invitation]:
    """Make another link for somebody who has not come in yet.

    is_sent  Write it to them, and return none.

    Raises:
        HasAWayIn: they have, or their account is not this course's alone.
    """
    if not await can_be_invited(session, course, user):
        raise HasAWayIn
    if is_sent:
        await send(session, [user], course, now)
    made = [] if is_sent else await create(session, [user], now)
    await audit.record(
        session, viewer, "roster.invite", course_id=course.id, person_id=user.id, now=now
    )
    return made
