"""Size of the backlog; reads no more rows than there are open runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.models import GradingRun

OPEN: Final = (RunState.QUEUED, RunState.RUNNING, RunState.ABANDONED)
# Found by the index on state and queued_at. A regrade has no hurry: it never means that grading
# is stuck.
BACKLOG_QUERY: Final = (
    select(GradingRun.state, func.count(), func.min(GradingRun.queued_at))
    .where(GradingRun.state.in_(OPEN), GradingRun.regrade_id.is_(None))
    .group_by(GradingRun.state)
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unfinished runs by state, and how long the oldest queued one has waited."""

    runs: Mapping[RunState, int]
    oldest_seconds: float


async def measure_backlog(session: AsyncSession, now: datetime) -> Backlog:
    """Count the runs that are not finished."""
    found = {
        state: (count, oldest) for state, count, oldest in await session.execute(BACKLOG_QUERY)
    }
    _, oldest = found.get(RunState.QUEUED, (0, now))
    waited = max(0.0, (now - oldest).total_seconds())
    return Backlog({state: found.get(state, (0, now))[0] for state in OPEN}, waited)
