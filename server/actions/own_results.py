"""One student's results by assignment, for the list of exercises."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.access import Viewer
from server.models import Assignment, GradingRun, Standing


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A student's result in one assignment: the scored one, or else the newest run's state.

    attempts  Number of the latest graded attempt.
    """

    state: RunState
    points: float | None = None
    max_points: float | None = None
    attempts: int = 0


async def list_results(
    session: AsyncSession, viewer: Viewer, assignments: Sequence[Assignment]
) -> dict[UUID, OwnResult]:
    """Return the viewer's result in each of these assignments they handed in to, by its id."""
    given, user_id = [assignment.id for assignment in assignments], viewer.user.id
    unfinished = await session.execute(
        select(GradingRun.assignment_id, GradingRun.state)
        .where(
            GradingRun.assignment_id.in_(given),
            GradingRun.user_id == user_id,
            GradingRun.points.is_(None),
            GradingRun.regrade_id.is_(None),
        )
        .order_by(GradingRun.queued_at)
    )
    results = {row.assignment_id: OwnResult(row.state) for row in unfinished}
    best = select(Standing).where(Standing.assignment_id.in_(given), Standing.user_id == user_id)
    for row in await session.scalars(best):
        results[row.assignment_id] = OwnResult(
            RunState.FINISHED, row.points, row.max_points, row.last_number
        )
    return results
