"""Deciding what becomes of a regrade's results: they are applied, in part perhaps, or discarded.

A decision may come while some submissions are still to be graded: those are left as they were.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit
from server.errors import RegradeIsOver
from server.models import GradingRun, Outcome, Regrade, RegradeItem, RegradeState
from server.models.grading import IS_OPEN
from server.models.regrades import IS_UNDECIDED

IS_OVER: Final = frozenset({RegradeState.APPLIED, RegradeState.DISCARDED, RegradeState.APPLYING})


class Choice(StrEnum):
    """What of a regrade is applied.

    NOT_LOWER  Results that are not lower than the old ones: no grade can fall.
    ALL        Everything that was graded.
    SOME       Everything of the pairs of assignment and student that are named.
    """

    NOT_LOWER = "not_lower"
    ALL = "all"
    SOME = "some"


async def apply(
    session: AsyncSession,
    viewer: Viewer,
    regrade: Regrade,
    choice: Choice,
    now: datetime,
    *,
    pairs: Sequence[tuple[UUID, UUID]] = (),
) -> int:
    """Choose what takes the place of the old results; returns how many submissions that are.

    pairs  For SOME: assignment and student.

    `regrade_applying` puts it in place, and regrading what is left is given up.

    Raises:
        InstructorsOnly
        RegradeIsOver: it was decided before.
    """
    require(viewer, Permission.MANAGE, regrade.course_id)
    await _decide(session, viewer, regrade, RegradeState.APPLYING, choice, now)
    chosen: list[ColumnElement[bool]] = [
        RegradeItem.regrade_id == regrade.id,
        RegradeItem.after.is_not(None),
    ]
    if choice is Choice.NOT_LOWER:
        chosen.append(RegradeItem.outcome != Outcome.LOWER)
    elif choice is Choice.SOME:
        chosen.append(tuple_(RegradeItem.assignment_id, RegradeItem.user_id).in_(pairs))
    marked = await session.scalars(
        update(RegradeItem)
        .where(*chosen)
        .values(is_chosen=True)
        .returning(RegradeItem.submission_id)
        .execution_options(synchronize_session=False)
    )
    count = len(marked.all())
    after = {"regrade": str(regrade.id), "choice": choice, "submissions": count}
    await audit.record(
        session, viewer, "regrade.apply", course_id=regrade.course_id, after=after, now=now
    )
    return count


async def discard(session: AsyncSession, viewer: Viewer, regrade: Regrade, now: datetime) -> None:
    """Leave every result as it was; what was found is kept in the history.

    Raises:
        InstructorsOnly, RegradeIsOver
    """
    require(viewer, Permission.MANAGE, regrade.course_id)
    await _decide(session, viewer, regrade, RegradeState.DISCARDED, None, now)
    after = {"regrade": str(regrade.id)}
    await audit.record(
        session, viewer, "regrade.discard", course_id=regrade.course_id, after=after, now=now
    )


async def _decide(
    session: AsyncSession,
    viewer: Viewer,
    regrade: Regrade,
    state: RegradeState,
    choice: Choice | None,
    now: datetime,
) -> None:
    # One statement decides between two instructors who click at the same time.
    decided = await session.scalar(
        update(Regrade)
        .where(Regrade.id == regrade.id, Regrade.state.not_in(IS_OVER))
        .values(state=state, decided_by=viewer.user.id, decided_at=now, choice=choice)
        .returning(Regrade.id)
        .execution_options(synchronize_session="fetch")
    )
    if decided is None:
        raise RegradeIsOver
    await session.execute(
        update(RegradeItem)
        .where(RegradeItem.regrade_id == regrade.id, IS_UNDECIDED)
        .values(outcome=Outcome.FAILED)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(GradingRun)
        .where(GradingRun.regrade_id == regrade.id, IS_OPEN)
        .values(state="abandoned", lease_until=None, finished_at=now, claims=GradingRun.claims + 1)
        .execution_options(synchronize_session=False)
    )
