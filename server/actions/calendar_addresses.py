"""The secret address of a person's calendar: made, found and revoked; the server keeps its hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Viewer
from server.actions import assignments
from server.actions.extensions import terms_of
from server.actions.secret import hash_secret, make_secret
from server.models import Assignment, User

# What was due longer ago is left out: a calendar is fetched several times a day, for years.
KEPT: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class DueMoment:
    """When somebody's exercise is due, with their extension; its course is loaded."""

    assignment: Assignment
    due_at: datetime


async def make(session: AsyncSession, user: User) -> str:
    """Make an address in place of the one before; only the caller ever sees its secret."""
    secret = make_secret()
    await _set(session, user.id, hash_secret(secret))
    return secret


async def revoke(session: AsyncSession, user: User) -> None:
    """Let the address show nothing any more; nothing happens without one."""
    await _set(session, user.id, None)


async def has_one(session: AsyncSession, user: User) -> bool:
    """Whether the person has an address."""
    found = await session.scalar(select(User.calendar_hash).where(User.id == user.id))
    return found is not None


async def find_owner(session: AsyncSession, secret: str) -> Viewer | None:
    """Return whose calendar it is; None if the address is none, or was revoked."""
    found = await session.scalars(
        select(User)
        .where(User.calendar_hash == hash_secret(secret), User.deleted_at.is_(None))
        .options(joinedload(User.enrollments))
    )
    user = found.unique().one_or_none()
    return Viewer.of(user) if user else None


async def list_due(session: AsyncSession, viewer: Viewer, now: datetime) -> Sequence[DueMoment]:
    """List what is due in the viewer's courses, the earliest first, but what was due long ago."""
    given = await assignments.list_assignments(session, viewer)
    terms = await terms_of(session, given, viewer.user.id)
    due = (DueMoment(one, at) for one in given if (at := terms[one.id].due_at) is not None)
    kept = (one for one in due if one.due_at > now - KEPT)
    return sorted(kept, key=lambda one: (one.due_at, one.assignment.id))


def address_of(public_url: str, secret: str) -> str:
    """Return what a calendar program is given."""
    return f"{public_url}/calendar/{secret}.ics"


async def _set(session: AsyncSession, user_id: UUID, hashed: str | None) -> None:
    await session.execute(update(User).where(User.id == user_id).values(calendar_hash=hashed))
