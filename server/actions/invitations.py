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
_OF_COURSE: Final = Text(
    "Estás en el curso «{course}» de Semáforo, donde se entregan los ejercicios y se ven los "
    "resultados.",
    "You are in the course “{course}” in Semáforo, where exercises are handed in and results are "
    "shown.",
)
_OF_SERVER: Final = Text(
    "Tienes una cuenta en Semáforo, donde se entregan los ejercicios y se ven los resultados.",
    "You have an account in Semáforo, where exercises are handed in and results are shown.",
)
# {invitation} is left for the outbox.
_WITH_PASSWORD: Final = Text(
    " Abre este enlace en los próximos {days} días y elige una contraseña:\n\n{{invitation}}\n\n"
    "Después entras con este correo y esa contraseña.",
    " Open this link within {days} days and choose a password:\n\n{{invitation}}\n\nAfterwards you "
    "sign in with this e-mail address and that password.",
)
_WITH_PROVIDER: Final = Text(
    " Entra con {provider}, con este correo; no necesitas otra contraseña:\n\n{url}/sign-in\n\n"
    "Si no tienes cuenta de {provider}, abre este enlace en los próximos {days} días y elige una "
    "contraseña:\n\n{{invitation}}",
    " Sign in with {provider}, with this e-mail address; you need no other password:\n\n"
    "{url}/sign-in\n\nIf you have no account of {provider}, open this link within {days} days and "
    "choose a password:\n\n{{invitation}}",
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


@dataclass(frozen=True, slots=True)
class Mailing:
    """How people who are invited by e-mail come in.

    provider  Whom they can sign in with, besides a password; empty if there is none.
    """

    public_url: str
    provider: str


def prepare_mailing(settings: Settings, *, is_wanted: bool) -> Mailing | None:
    """Return how invitations are sent; None if they are to be handed out.

    Raises:
        NoMailServer: they are to be sent, and cannot.
    """
    if not is_wanted:
        return None
    if not settings.sends_email:
        raise NoMailServer
    return Mailing(settings.public_url, settings.oidc_label)


async def send(
    session: AsyncSession,
    users: Sequence[User],
    course: Course | None,
    mailing: Mailing,
    now: datetime,
) -> None:
    """Write an e-mail with a link to each of these people, whom the caller has just made.

    Nobody else sees those links: they are made when the messages are sent.

    course  The one they are in; None for an account of the server.
    """
    about = _OF_SERVER if course is None else _OF_COURSE.format(course=course.title)
    way_in = _WITH_PROVIDER if mailing.provider else _WITH_PASSWORD
    text = about + way_in.format(
        days=INVITATION_LIFETIME.days, provider=mailing.provider, url=mailing.public_url
    )
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
    mailing: Mailing | None,
) -> list[Invitation]:
    """Make another link for somebody who has not come in yet.

    mailing  Write it to them, and return none; None returns it.

    Raises:
        HasAWayIn: they have, or their account is not this course's alone.
    """
    if not await can_be_invited(session, course, user):
        raise HasAWayIn
    if mailing:
        await send(session, [user], course, mailing, now)
    made = [] if mailing else await create(session, [user], now)
    await audit.record(
        session, viewer, "roster.invite", course_id=course.id, person_id=user.id, now=now
    )
    return made
