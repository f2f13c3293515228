"""How many runs are before one in the queue, and how long that may take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.actions.waiting import is_due
from server.models import GradingRun
from server.models.grading import IS_QUEUED, IS_RUNNING

# The latest runs whose time is looked at.
_RECENT: Final = 20
# A worker that is there takes the first run within this time.
_TAKEN_WITHIN: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """The place of a queued run.

    before   Number of runs that are claimed before it, as things are.
    seconds  Until its result, about; None if nothing is being graded that would allow an estimate.
    """

    before: int
    seconds: float | None


async def find_queue_place(
    session: AsyncSession, run: GradingRun, now: datetime
) -> QueuePlace | None:
    """Return the place of a run; None unless it is queued and no pause holds it back."""
    if run.state is not RunState.QUEUED or (run.not_before and run.not_before > now):
        return None
    before = await session.scalar(
        select(func.count())
        .select_from(GradingRun)
        .where(
            IS_QUEUED,
            tuple_(GradingRun.turn_at, GradingRun.id) < (run.turn_at, run.id),
            is_due(GradingRun, now),
        )
    )
    running = await session.scalar(select(func.count()).select_from(GradingRun).where(IS_RUNNING))
    typical = await _measure_recent(session)
    if typical is None or (not running and now - run.queued_at > _TAKEN_WITHIN):
        return QueuePlace(before or 0, None)
    # As many are graded at once as are running now.
    rounds = (before or 0) // max(running or 0, 1) + 1
    return QueuePlace(before or 0, rounds * typical)


async def _measure_recent(session: AsyncSession) -> float | None:
    """Return the mean seconds that the latest finished runs took; None if there is none."""
    recent = await session.execute(
        select(GradingRun.started_at, GradingRun.finished_at)
        .where(GradingRun.state == RunState.FINISHED)
        .order_by(GradingRun.queued_at.desc())
        .limit(_RECENT)
    )
    took = [
        (row.finished_at - row.started_at).total_seconds()
        for row in recent
        if row.started_at and row.finished_at
    ]
    return sum(took) / len(took) if took else None
