"""The audit log: every change by staff, administrators and the command, with what was before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.models import AuditEntry


async def record(
    session: AsyncSession,
    viewer: Viewer | None,
    action: str,
    *,
    course_id: UUID | None = None,
    person_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Record a change in the transaction that makes it.

    viewer         Who makes it; None for the `semaforo` command.
    action         `area.verb`, as in `roster.enroll`.
    before, after  Values that JSON can hold; of a change only the fields that differ.
    """
    made = entry(
        viewer,
        action,
        course_id=course_id,
        person_id=person_id,
        before=before,
        after=after,
        now=now,
    )
    session.add(made)
    await session.flush()


def entry(
    viewer: Viewer | None,
    action: str,
    *,
    course_id: UUID | None = None,
    person_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Return what `record` stores, for a caller that adds many and flushes once."""
    return AuditEntry(
        at=now,
        actor_id=viewer.user.id if viewer else None,
        course_id=course_id,
        person_id=person_id,
        action=action,
        area=action.partition(".")[0],
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
    )
