"""What some students of a class have in each exercise: the squares of the map."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.overview import Cell
from server.models import Standing, Submission


async def cells_of(
    session: AsyncSession, assignments: Sequence[UUID], users: Sequence[UUID]
) -> dict[UUID, dict[UUID, Cell]]:
    """Return these users' results in those of the assignments that they have handed in to."""
    # By their ids: with a subquery, PostgreSQL would read a user's standings in every course.
    best = select(
        Standing.user_id,
        Standing.assignment_id,
        Standing.points,
        Standing.max_points,
        Standing.submission_id,
    ).where(Standing.assignment_id.in_(assignments), Standing.user_id.in_(users))
    points = {(row.user_id, row.assignment_id): row for row in await session.execute(best)}
    attempts = await session.execute(
        select(Submission.user_id, Submission.assignment_id, func.count().label("attempts"))
        .where(Submission.assignment_id.in_(assignments), Submission.user_id.in_(users))
        .group_by(Submission.assignment_id, Submission.user_id)
    )
    cells: dict[UUID, dict[UUID, Cell]] = defaultdict(dict)
    for user_id, assignment_id, count in attempts:
        cells[user_id][assignment_id] = _cell(count, points.get((user_id, assignment_id)))
    return cells


def _cell(attempts: int, best: Any | None) -> Cell:
    if best is None:
        return Cell(attempts)
    return Cell(attempts, best.points, best.max_points, best.submission_id)
